import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";
import Slider from "./Slider.svelte";

afterEach(cleanup);

function slider(text = "+5.0") {
  const moved = vi.fn();
  const typed = vi.fn((entered: string) => (entered === "9" ? undefined : "Type a figure."));
  render(Slider, { label: "Our cost", at: 50, min: -300, max: 300, step: 5, from: 0, text, unit: "%", moved, typed });
  return { moved, typed, track: screen.getByRole<HTMLInputElement>("slider"), field: screen.getByRole<HTMLInputElement>("textbox", { name: "Our cost, %" }) };
}

test("a slider is dragged, says what it is at, and goes ten steps with a page key, but not over its end", async () => {
  const { moved, track } = slider();
  expect(track.getAttribute("aria-valuetext")).toBe("+5.0 %");
  await fireEvent.input(track, { target: { value: "120" } });
  await fireEvent.keyDown(track, { key: "PageUp" });
  await fireEvent.keyDown(track, { key: "PageDown" });
  expect(moved.mock.calls).toEqual([[120], [100], [0]]);
});

test("what is typed is taken when the field is left; what is wrong is said there, and Escape takes it back", async () => {
  const { typed, field } = slider();
  await fireEvent.input(field, { target: { value: "much" } });
  expect(typed).not.toHaveBeenCalled();
  await fireEvent.keyDown(field, { key: "Enter" });
  expect(screen.getByText("Type a figure.").id).toBe(field.getAttribute("aria-describedby"));
  expect(field.getAttribute("aria-invalid")).toBe("true");
  await fireEvent.keyDown(field, { key: "Escape" });
  expect([field.value, field.getAttribute("aria-invalid")]).toEqual(["+5.0", "false"]);
  await fireEvent.input(field, { target: { value: "9" } });
  await fireEvent.blur(field);
  expect(typed).toHaveBeenLastCalledWith("9");
  expect(screen.queryByText("Type a figure.")).toBeNull();
});
