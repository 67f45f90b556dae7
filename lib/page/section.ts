/** What most sections of the page are made of. */
import { count } from '../report/numbers.ts'
import { html, type Markup, type Piece } from './html.ts'

/** A part of the page with a heading, that the list at its top leads to. */
export function section(id: string, title: string, inside: Piece): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${inside}</section>
`
}

/** A table by the names of its columns; those with a `#` before the name hold numbers. */
export function table(columns: readonly string[], rows: readonly Markup[], kind = ''): Markup {
  const heads = columns.map((name) =>
    name.startsWith('#') ? html`<th scope="col" class="size">${name.slice(1)}` : html`<th scope="col">${name}`,
  )
  return html`<table class="${kind}"><thead><tr>${heads}
<tbody>
${rows}</table>`
}

/** How many a cut left out, and where they are. */
export function formatCut(rest: readonly unknown[], noun: string, where = '--json lists each of them'): Markup | false {
  return rest.length > 0 && html`<p class="cut">and ${count(rest.length, noun)}: ${where}.</p>`
}
