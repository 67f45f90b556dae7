/** The page that keeps what was measured last, section by section. Pure. */
import { formatFigure, type Section } from './table.ts'

const intro = `# What it costs, as measured

Kept by \`npm run bench\`, a section at a time: each says when and where it was measured. Seconds and ratios of time depend on the machine and on what else it
does; requests, and what they grow by, do not.
`

function formatPart({ title, columns, rows, notes = [] }: Section, measured: string): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    `## ${title}`,
    '',
    measured,
    '',
    line(['', ...columns]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map(({ name, cells, note }) =>
      line([
        note === undefined ? name : `${name} (${note})`,
        ...columns.map((column) => (cells[column] ? formatFigure(cells[column]) : '')),
      ]),
    ),
    '',
    ...notes.flatMap((note) => [note, '']),
  ].join('\n')
}

/** The page with these sections in the place of those of their titles, others at its end. `measured`: when and where. */
export function keepResults(page: string, sections: readonly Section[], measured: string): string {
  const parts = new Map(
    page
      .split(/^(?=## )/m)
      .slice(1)
      .map((part) => [/^## (.*)/.exec(part)![1]!, `${part.trimEnd()}\n`]),
  )
  for (const section of sections) parts.set(section.title, formatPart(section, measured))
  return [intro, ...parts.values()].map((part) => `${part.trimEnd()}\n`).join('\n')
}
