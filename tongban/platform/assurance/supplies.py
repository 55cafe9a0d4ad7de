"""Name and number are compared with the house's own population register."""

from tongban.platform.assurance import ports
from tongban.platform.assurance.adapters import population

ports.population.register("population", population.match)
