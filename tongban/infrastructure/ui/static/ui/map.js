/* A map where a page has one; what it shows stands in words on the page as well. The library comes when it is seen.

   data-library, data-worker, data-look   addresses of MapLibre, its worker, its stylesheet
   data-style     address of the base map's style
   data-extent    "south west north east"; without it the style says where the city lies
   data-marks     id of the JSON with [{latitude, longitude, label, url, tone, sign, square}]
   data-shapes    id of the JSON with a FeatureCollection; properties: tone, label
   data-live      address that answers the same JSON as data-marks, asked again every data-every seconds
   data-picks     "latitude longitude": names of the inputs of the page that a click fills */
const HOLDERS = document.querySelectorAll("[data-map]");
const MOST_SIGNS = 300;
const TONES = ["red", "yellow", "green", "blue", "grey"];

const read = (id) => (id ? JSON.parse(document.getElementById(id).textContent) : null);
const colour = (tone) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${TONES.includes(tone) ? tone : "blue"}`).trim();

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) {
      seen.unobserve(entry.target);
      begin(entry.target);
    }
  }
}, { rootMargin: "200px" });
HOLDERS.forEach((holder) => seen.observe(holder));

async function begin(holder) {
  try {
    await show(holder);
  } catch (error) {
    holder.dataset.failed = "yes"; // no WebGL, no library: the words are there
    console.warn(error);
  }
}

async function show(holder) {
  const look = document.createElement("link");
  look.rel = "stylesheet";
  look.href = holder.dataset.look;
  document.head.append(look);
  const library = await import(holder.dataset.library);
  library.setWorkerUrl(new URL(holder.dataset.worker, location.href).href);
  const [south, west, north, east] = (holder.dataset.extent || "").split(" ").map(Number);
  const words = JSON.parse(holder.dataset.words);
  const map = new library.Map({
    container: holder,
    style: holder.dataset.style,
    ...(east ? { bounds: [[west, south], [east, north]] } : {}),
    maxZoom: 18,
    locale: words,
    attributionControl: { compact: true },
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }));
  await new Promise((done) => map.once("load", done));
  holder.dataset.ready = "yes";
  const marks = marksOn(map, library);
  const shapes = read(holder.dataset.shapes);
  if (shapes) {
    shapesOn(map, shapes);
  }
  const given = read(holder.dataset.marks) || [];
  marks(given);
  fit(map, library, given, shapes);
  if (holder.dataset.live) {
    keepLive(holder, marks);
  }
  if (holder.dataset.picks) {
    pick(map, library, holder);
  }
}

/* Signs that one can reach with the keyboard; from many on, circles that gather. */
function marksOn(map, library) {
  let signs = [];
  const features = (rows) => ({
    type: "FeatureCollection",
    features: rows.map((row) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [row.longitude, row.latitude] },
      properties: { label: row.label, url: row.url || "", colour: colour(row.tone) },
    })),
  });
  map.addSource("marks", { type: "geojson", data: features([]), cluster: true, clusterRadius: 40, clusterMaxZoom: 15 });
  map.addLayer({
    id: "gathered", type: "circle", source: "marks", filter: ["has", "point_count"],
    paint: {
      "circle-color": colour("blue"), "circle-stroke-color": "#ffffff", "circle-stroke-width": 2,
      "circle-radius": ["step", ["get", "point_count"], 13, 20, 17, 200, 22],
    },
  });
  map.addLayer({
    id: "numbers", type: "symbol", source: "marks", filter: ["has", "point_count"],
    layout: { "text-field": ["get", "point_count_abbreviated"], "text-size": 12, "text-font": ["sans-serif"] },
    paint: { "text-color": "#ffffff" },
  });
  map.addLayer({
    id: "single", type: "circle", source: "marks", filter: ["!", ["has", "point_count"]],
    paint: {
      "circle-color": ["get", "colour"], "circle-radius": 7, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2,
    },
  });
  map.on("click", "single", (event) => {
    const { label, url } = event.features[0].properties;
    popup(library, label, url).setLngLat(event.features[0].geometry.coordinates).addTo(map);
  });
  map.on("click", "gathered", async (event) => {
    const [found] = event.features;
    const zoom = await map.getSource("marks").getClusterExpansionZoom(found.properties.cluster_id);
    map.easeTo({ center: found.geometry.coordinates, zoom });
  });
  return (rows) => {
    signs.forEach((sign) => sign.remove());
    signs = [];
    const few = rows.length <= MOST_SIGNS;
    map.getSource("marks").setData(features(few ? [] : rows));
    if (few) {
      signs = rows.map((row) => signOf(library, row).addTo(map));
    }
  };
}

function signOf(library, row) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `map__sign map__sign--${TONES.includes(row.tone) ? row.tone : "blue"}`;
  button.classList.toggle("map__sign--square", Boolean(row.square));
  button.setAttribute("aria-label", row.label);
  button.textContent = row.sign || "";
  const sign = new library.Marker({ element: button }).setLngLat([row.longitude, row.latitude]);
  return sign.setPopup(popup(library, row.label, row.url));
}

/* Built of nodes, never of text that is read as HTML: people wrote it. */
function popup(library, label, url) {
  const box = document.createElement(url ? "a" : "span");
  box.textContent = label;
  if (url) {
    box.href = url;
  }
  return new library.Popup({ maxWidth: "16rem", offset: 12 }).setDOMContent(box);
}

function shapesOn(map, shapes) {
  for (const feature of shapes.features) {
    feature.properties.colour = colour(feature.properties.tone);
  }
  map.addSource("shapes", { type: "geojson", data: shapes });
  const before = map.getLayer("names") ? "names" : undefined;
  map.addLayer({
    id: "shape-areas", type: "fill", source: "shapes", filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.18 },
  }, before);
  map.addLayer({
    id: "shape-lines", type: "line", source: "shapes",
    paint: { "line-color": ["get", "colour"], "line-width": 2 },
  }, before);
}

function fit(map, library, rows, shapes) {
  const box = new library.LngLatBounds();
  rows.forEach((row) => box.extend([row.longitude, row.latitude]));
  const each = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(each));
  (shapes ? shapes.features : []).forEach((feature) => each(feature.geometry.coordinates));
  if (!box.isEmpty()) {
    map.fitBounds(box, { padding: 48, maxZoom: 15, animate: false });
  }
}

function keepLive(holder, marks) {
  const ask = async () => {
    if (!document.hidden) {
      const answer = await fetch(holder.dataset.live, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        marks((await answer.json()).marks);
      }
    }
  };
  window.setInterval(() => ask().catch(() => {}), Number(holder.dataset.every || 10) * 1000);
}

function pick(map, library, holder) {
  const inputs = holder.dataset.picks.split(" ").map((name) => document.querySelector(`[name="${name}"]`));
  const sign = new library.Marker({ draggable: true });
  const put = ({ lng, lat }) => {
    sign.setLngLat([lng, lat]).addTo(map);
    [lat, lng].forEach((value, number) => {
      inputs[number].value = value.toFixed(6);
      inputs[number].dispatchEvent(new Event("change", { bubbles: true }));
    });
  };
  map.on("click", (event) => put(event.lngLat));
  sign.on("dragend", () => put(sign.getLngLat()));
  const moved = () => {
    const [lat, lng] = inputs.map((input) => Number.parseFloat(input.value));
    if (Number.isFinite(lat) && Number.isFinite(lng)) {
      sign.setLngLat([lng, lat]).addTo(map);
      map.easeTo({ center: [lng, lat], zoom: Math.max(map.getZoom(), 15) });
    }
  };
  inputs.forEach((input) => input.addEventListener("input", moved));
  moved();
}
