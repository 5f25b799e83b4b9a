// Photos from a phone are several megabytes; over a weak line they go as what the centre can use: 1600 pixels, JPEG.

const LONGEST = 1600;
const SMALL_ENOUGH = 400 * 1024;

async function shrunk(file) {
  if (!file.type.startsWith("image/") || file.size <= SMALL_ENOUGH) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file; // What the browser cannot read, the server looks at.
  }
}

for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
  input.addEventListener("change", async () => {
    const button = input.form.querySelector("button[type=submit]:last-of-type");
    button?.setAttribute("aria-disabled", "true");
    const kept = new DataTransfer();
    for (const file of input.files) kept.items.add(await shrunk(file));
    input.files = kept.files;
    button?.removeAttribute("aria-disabled");
  });
}
