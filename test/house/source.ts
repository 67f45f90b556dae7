/** TypeScript read as a text: what is a comment, what is a string, and what runs. */

const comment = /\/\*[\s\S]*?\*\/|\/\/.*/
const template = /`(?:\\[\s\S]|[^`\\])*`/
const quoted = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/
const regex = /(?<=[(,=:[!&|?{};\n]\s*|return )\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/
const token = new RegExp([template, quoted, regex, comment].map(({ source }) => `(${source})`).join('|'), 'g')

export function stripComments(text: string): string {
  return text.replace(
    token,
    (found, inTemplate, inQuotes, inRegex) => inTemplate ?? inQuotes ?? inRegex ?? found.replace(/[^\n]/g, ' '),
  )
}

/** Without comments and regular expressions: what is left begins a string with a quotation mark and nowhere else. */
export function stripPatterns(text: string): string {
  return text.replace(token, (_, inTemplate, inQuotes, inRegex) =>
    inRegex === undefined ? (inTemplate ?? inQuotes ?? '') : ' ',
  )
}

/** What runs: no comment, no regular expression, no string but the code inside a template's braces. */
export function stripWords(text: string): string {
  return text.replace(token, (_, inTemplate) =>
    inTemplate === undefined ? "''" : (String(inTemplate).match(/\$\{[^}]*\}/g) ?? []).join(' '),
  )
}

/** Every string of the code, templates with their braces left out: what people may come to read. */
export function listStrings(text: string): string[] {
  return [...text.matchAll(token)].flatMap(
    ([, inTemplate, inQuotes]) => inTemplate?.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, ' ') ?? inQuotes ?? [],
  )
}
