import { useEffect, useRef } from "react";

/** So near the end, in pixels, counts as at the end. */
const NEAR = 80;

/** Keeps a scrolling box at its end while its content grows, unless its reader has scrolled up. */
export function useStickToEnd() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element?.firstElementChild) return;
    let isAtEnd = true;
    const note = () => {
      isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    };
    const observer = new ResizeObserver(() => {
      if (isAtEnd) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener("scroll", note, { passive: true });
    observer.observe(element.firstElementChild);
    return () => {
      element.removeEventListener("scroll", note);
      observer.disconnect();
    };
  }, []);
  return box;
}
