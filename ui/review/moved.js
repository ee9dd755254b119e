/** Runs in a page that shows a scenario: moves its first slider to every place it has, one far from the other, at any moment
 * between two frames; then to all of them again. Of each move, the milliseconds until its figures stand in the page, and until
 * the frame that shows them is painted. */
export function moved(turns = 2) {
  return new Promise((done) => {
    const slider = document.querySelector(".levers input[type=range]");
    const put = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    const [min, max, step] = [slider.min, slider.max, slider.step].map(Number);
    const places = (max - min) / step + 1;
    // No divisor in common with their number, so that each is come by once a turn.
    let stride = Math.round(places * 0.38);
    while (common(stride, places) > 1) stride += 1;
    const took = [];
    let [at, n, begun, written] = [0, 0, 0, 0];
    // The figures are there; the frame that holds them is painted when the task behind it runs.
    const painted = new MessageChannel();
    painted.port1.onmessage = () => {
      took.push({ turn: Math.floor(n / places), written: written - begun, painted: performance.now() - begun });
      n += 1;
      if (n === turns * places) done(took);
      else setTimeout(move, 20 + ((n * 7) % 17));
    };
    const shown = new MutationObserver(() => {
      written = performance.now();
      requestAnimationFrame(() => painted.port2.postMessage(0));
    });
    function putAt(place) {
      put.call(slider, String(min + place * step));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    function move() {
      at = (at + stride) % places;
      begun = performance.now();
      putAt(at);
    }
    // From a place that the first move leaves.
    putAt(at);
    setTimeout(() => {
      shown.observe(document.querySelector(".strip .hero"), { characterData: true, childList: true, subtree: true });
      move();
    }, 1000);
  });

  function common(a, b) {
    return b ? common(b, a % b) : a;
  }
}
