"""How money is numbered (`codes`), written (`amounts`) and compared (`reconciling`)."""
