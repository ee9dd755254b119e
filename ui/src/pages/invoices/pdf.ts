// Opens PDFs with pdf.js: its worker is a file of ours, nothing is evaluated, fonts come from the paper itself.
import workerUrl from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?url";
import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";

export type { PDFDocumentProxy, PDFPageProxy };

/** A place on a page, in its own points from the top left. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Node {
  role?: string;
  type?: string;
  id?: string;
  children?: Node[];
}

/** Opens the bytes of a PDF. */
export async function openPdf(base64: string): Promise<PDFDocumentProxy> {
  const pdf = await import("pdfjs-dist/legacy/build/pdf.mjs");
  pdf.GlobalWorkerOptions.workerSrc = workerUrl;
  const data = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return pdf.getDocument({ data, isEvalSupported: false, useWasm: false, enableXfa: false, verbosity: 0 }).promise;
}

/** Where the rows of lines stand on a page: rows with figures in several columns. Headings and sums have fewer. */
export async function rowsOf(page: PDFPageProxy): Promise<Box[]> {
  const [tree, text] = await Promise.all([page.getStructTree() as Promise<Node | null>, page.getTextContent({ includeMarkedContent: true })]);
  if (!tree) return [];
  const boxes = new Map<string, Box>();
  const within: (string | undefined)[] = [];
  const { height } = page.getViewport({ scale: 1 });
  for (const item of text.items) {
    if ("str" in item) {
      const id = within.findLast((i) => i !== undefined);
      if (!id || !item.str.trim()) continue;
      const [x = 0, y = 0] = [item.transform[4] as number, item.transform[5] as number];
      const size = item.height || 8;
      grow(boxes, id, { left: x, top: height - y - size, width: item.width, height: size * 1.25 });
    } else if (item.type === "endMarkedContent") within.pop();
    else within.push("id" in item ? item.id : undefined);
  }
  const rows: Box[] = [];
  for (const body of all(tree, (n) => n.role === "TBody")) {
    for (const row of all(body, (n) => n.role === "TR")) {
      const cells = all(row, (n) => n.role === "TD" || n.role === "TH");
      if (cells.length < 4) continue;
      const own = all(row, (n) => n.type === "content").flatMap((n) => (n.id && boxes.get(n.id)) || []);
      if (own.length) rows.push(own.reduce(union));
    }
  }
  return rows;
}

function all(node: Node, wanted: (node: Node) => boolean): Node[] {
  const below = (node.children ?? []).flatMap((child) => all(child, wanted));
  return wanted(node) ? [node, ...below] : below;
}

function grow(boxes: Map<string, Box>, id: string, box: Box) {
  const known = boxes.get(id);
  boxes.set(id, known ? union(known, box) : box);
}

function union(a: Box, b: Box): Box {
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)];
  return {
    left, top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  };
}
