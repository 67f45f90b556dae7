/** The parser of js-yaml as the one file holds it: less than half of the library, and with short names. */
import { transformSync } from 'esbuild'

/**
 * Of js-yaml, which marks the files that it is made of, what makes events of a text, as TypeScript. All else would stay, as
 * if loading it did something; what its errors say besides their reason and place is shown to nobody. No options are taken.
 * Throws where the library is made otherwise than it was.
 */
export function keepParser(library: string): string {
  const regions = new Map(
    [...library.matchAll(/^\/\/#region src\/(\S+)\.ts\n(.*?)^\/\/#endregion$/gms)].map(([text, name]) => [name, text]),
  )
  const keep = (name: string) => {
    const text = regions.get(name)
    if (text === undefined) throw new Error(`js-yaml has no part ${name}, or marks its parts otherwise than it did`)
    return text
  }
  // As enumerations, their numbers stand in the code themselves.
  const events = keep('parser/events').replaceAll(
    /^var (\w+) = \{([^}]*)\};$/gm,
    (_, name: string, items: string) => `enum ${name} {${items.replaceAll(': ', ' = ')}}`,
  )
  const parser = keep('parser/parser').replaceAll(
    /\bstate\.input\.charCodeAt\(state\.position(?: \+ (\w+))?\)/g,
    (_, by = '0') => `codeAt(state, ${by})`,
  )
  const codeAt = 'const codeAt = (state, by) => state.input.charCodeAt(state.position + by)'
  // What the parser notes for itself alone, and names a few hundred times.
  const mangleProps =
    /^(?:position|input|line(?:Start|Indent)?|firstTabInLine|(?:maxD|d)epth|filename|directives|tagHandlers|eventsLength|explicit\w+)$/
  return [
    keep('common/exception').replace(/^function formatError\(.*?^\}/ms, 'const formatError = ({ reason }) => reason'),
    events,
    keep('parser/parser_scalar'),
    transformSync(`${codeAt}\n${parser}`, { mangleProps }).code,
    'const makeSnippet = () => null',
    'export { EVENT_ID, SCALAR_STYLE, YAMLException, getScalarValue, parseEvents }',
  ].join('\n')
}
