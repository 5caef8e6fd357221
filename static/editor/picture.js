// Saves the picture of a process as a PNG: drawn from its SVG here, at twice its size.
const SCALE = 2;
const MOST = 16_000;

const drawn = async (address) => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(String(response.status));
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(await response.text())}`;
  await image.decode();
  return image;
};

const canvasOf = (image) => {
  const scale = Math.min(SCALE, MOST / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(image.naturalWidth * scale);
  canvas.height = Math.ceil(image.naturalHeight * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
};

const save = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
};

for (const button of document.querySelectorAll("button[data-picture]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const canvas = canvasOf(await drawn(button.dataset.picture));
      const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
      save(blob, button.dataset.name);
    } finally {
      button.disabled = false;
    }
  });
}
