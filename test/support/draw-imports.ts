import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { circlesIn, fileCircles, readImports, roomArrows, roomOf, sourceFiles } from "./imports.ts";

// npm run imports                            this checkout, to imports.svg and imports.md
// npm run imports -- /path/to/checkout out   another one, to out.svg and out.md
const [checkout = ".", output = "imports"] = process.argv.slice(2);

const root = resolve(checkout);
const files = sourceFiles(root);
const imports = readImports(root, files);
const arrows = roomArrows(imports, files);
const roomCircles = circlesIn(arrows);

/** Rows of the drawing, top first: an arrow should lead down or stay in its row. */
const rows: readonly (readonly [title: string, rooms: RegExp])[] = [
  [
    "local stack",
    /^infra\/local\/(?!(emulators|sinks|bigquery|pubsub|secret-manager|metadata|slack|mail|http)(\/|$))/,
  ],
  ["build", /^infra\/build/],
  ["functions", /^functions\/(?!checks|shared)/],
  ["checks", /^functions\/checks/],
  ["shared", /^functions\/shared/],
  ["emulators, sinks", /^infra\/local/],
];

const rowOf = (room: string) => rows.findIndex(([, rooms]) => rooms.test(room));
const isInCircle = (from: string, to: string) =>
  roomCircles.some((circle) => circle.includes(from) && circle.includes(to));
/** What functions/ imports from infra/ leads up wherever it is drawn, and what an emulator imports from functions/. */
const leadsUp = (from: string, to: string) =>
  rowOf(to) < rowOf(from) || (from.startsWith("functions/") && to.startsWith("infra/"));
const up = arrows.filter(([from, to]) => leadsUp(from, to));

mkdirSync(dirname(resolve(output)), { recursive: true });
writeFileSync(`${output}.svg`, drawing());
writeFileSync(`${output}.md`, report());
console.log(`${files.length} files, ${arrows.length} arrows between rooms: ${output}.svg, ${output}.md`);

function report(): string {
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}\n`).join("") || "none\n";
  return [
    `# Imports of ${files.length} files\n`,
    `## Circles of files\n\n${list(fileCircles(imports, files).map((circle) => circle.join(", ")))}`,
    `## Circles of rooms\n\n${list(roomCircles.map((circle) => circle.join(", ")))}`,
    `## Arrows up\n\n${list(up.map((arrow) => arrow.join(" -> ")))}`,
    `## All arrows\n\n${list(arrows.map((arrow) => arrow.join(" -> ")).sort())}`,
  ].join("\n");
}

function drawing(): string {
  const [boxWidth, boxHeight, perLine, left] = [190, 34, 7, 140];
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  const parts: string[] = [];
  let y = 20;
  for (const [index, [title]] of rows.entries()) {
    const rooms = [...new Set(files.map(roomOf))].filter((room) => rowOf(room) === index).sort();
    if (rooms.length === 0) continue;
    parts.push(`<text x="10" y="${y + 22}" font-weight="bold">${title}</text>`);
    for (const [n, room] of rooms.entries()) {
      // Lines are shifted, so that fewer arrows run along the same way.
      const line = Math.floor(n / perLine);
      const x = left + (n % perLine) * (boxWidth + 24) + (line % 2) * 40;
      places.set(room, { x, y: y + line * 80 });
    }
    y += Math.ceil(rooms.length / perLine) * 80 + 50;
  }
  for (const [from, to] of arrows) {
    const [a, b] = [places.get(from), places.get(to)];
    if (a === undefined || b === undefined) continue;
    const isWrong = isInCircle(from, to) || leadsUp(from, to);
    const isDown = b.y > a.y;
    const [y1, y2] = [isDown ? a.y + boxHeight : a.y, isDown ? b.y : b.y + boxHeight];
    parts.unshift(
      `<line x1="${a.x + boxWidth / 2}" y1="${y1}" x2="${b.x + boxWidth / 2}" y2="${y2}" marker-end="url(#tip)" ` +
        `stroke="${isWrong ? "#c00" : "#9ab"}" stroke-width="${isWrong ? 2 : 1}"><title>${from} -&gt; ${to}</title></line>`,
    );
  }
  for (const [room, { x, y }] of places) {
    const count = files.filter((file) => roomOf(file) === room).length;
    const name = room.replace(/^(functions\/(checks\/|shared\/)?|infra\/(local\/)?)/, "");
    parts.push(
      `<rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="4" fill="#fff" stroke="#345"/>`,
      `<text x="${x + 8}" y="${y + 21}">${name} <tspan fill="#789">${count}</tspan></text>`,
    );
  }
  const width = left + perLine * (boxWidth + 24) + 60;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="13">
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#678"/></marker></defs>
<rect width="100%" height="100%" fill="#fafafa"/>
${parts.join("\n")}
</svg>
`;
}
