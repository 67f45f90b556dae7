/** YAML as nodes that know their lines, with the text of each scalar: what that means is for the caller to say. Pure. */
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException, type Event } from 'js-yaml'

/** `line`: from 1. `isNoted`: it has an anchor or a tag, of which nothing else is kept. */
export type YamlNode = { readonly line: number; readonly isNoted: boolean } & (
  | { readonly kind: 'mapping'; readonly items: (readonly [key: YamlNode, value: YamlNode])[] }
  | { readonly kind: 'sequence'; readonly items: YamlNode[] }
  | { readonly kind: 'scalar'; readonly text: string; readonly isPlain: boolean }
  | { readonly kind: 'alias'; readonly name: string }
)

/** Why a text is no YAML. `what` holds nothing of the text, which may be a token. */
export interface YamlFault {
  readonly line: number
  readonly what: string
}

/** How many lines of a text may be indented too little; for each of them the text is read once more. */
const shallowLinesMax = 100

/**
 * All nodes of a text in their order, the root first; none where it holds nothing. It is a fault where a mapping has a
 * key twice, where a second document begins, and where nodes are more than 100 deep.
 */
export function parseYaml(text: string): readonly YamlNode[] | YamlFault {
  let indented = text
  let shallow: YamlFault | null = null
  for (let left = shallowLinesMax; ; left -= 1) {
    try {
      return readNodes(indented, parseEvents(indented, {}))
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error
      const { position, column } = error.mark!
      const fault = describeFault(error, indented[position])
      const [before, after] = [indented.slice(0, position - column), indented.slice(position - column)]
      if (error.reason !== 'deficient indentation' || left === 0 || /^(?:---|\.\.\.)(?:\s|$)/.test(after))
        return shallow !== null && error.reason.startsWith('unexpected end') ? shallow : fault
      // YAML wants what is in brackets or quotation marks deeper than its key. Its other readers do not, nor do people, who
      // put the bracket that closes a list below the list's name. More blanks there change nothing of what is read.
      shallow ??= fault
      indented = before + ' '.repeat(20) + after
    }
  }
}

function describeFault({ reason, mark }: YAMLException, at: string | undefined): YamlFault {
  const isColon = at === ':' && reason.startsWith('bad indentation')
  // Behind a colon and in double quotation marks stands what the text says.
  const what = isColon ? 'a value with a colon in it needs quotation marks' : reason.replace(/(?:: | for "| ").*$/s, '')
  return { line: mark!.line + 1, what }
}

function readNodes(text: string, events: readonly Event[]): readonly YamlNode[] | YamlFault {
  const nodes: YamlNode[] = []
  const breaks = Array.from(text.matchAll(/\r\n?|\n/g), ({ index }) => index)
  let fault: YamlFault | null = null
  let [at, line] = [0, 1]
  /** Reads the nodes up to the end of what is open. */
  const readItems = (take: (node: YamlNode) => void) => {
    while (events[at]!.type !== EVENT_ID.POP) take(read())
    at += 1
  }
  const read = (): YamlNode => {
    const event = events[at++]!
    // An empty text stands nowhere, so that its line is that of the node before it.
    while (breaks[line - 1]! < startOf(event)) line += 1
    const node = parseNode(text, event, line)
    nodes.push(node)
    if (node.kind === 'sequence') readItems((item) => node.items.push(item))
    if (node.kind === 'mapping') {
      const names = new Set<string>()
      readItems((key) => {
        if (key.kind === 'scalar' && names.size === names.add(key.text).size)
          fault ??= { line: key.line, what: 'a mapping has a key twice' }
        node.items.push([key, read()])
      })
    }
    return node
  }
  for (let documents = 0; at < events.length; documents += 1) {
    at += 1
    readItems((root) => {
      if (documents > 0) fault ??= { line: root.line, what: 'it holds more than one document' }
    })
  }
  return fault ?? nodes
}

function startOf(event: Event): number {
  if ('start' in event) return event.start
  return 'valueStart' in event ? event.valueStart : 'anchorStart' in event ? event.anchorStart : -1
}

/** A node without its items. */
function parseNode(text: string, event: Event, line: number): YamlNode {
  if (event.type === EVENT_ID.ALIAS)
    return { kind: 'alias', name: text.slice(event.anchorStart, event.anchorEnd), line, isNoted: false }
  if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) throw new Error('No node begins here')
  const isNoted = event.anchorStart >= 0 || event.tagStart >= 0
  if (event.type === EVENT_ID.SCALAR)
    return {
      kind: 'scalar',
      text: getScalarValue(text, event),
      isPlain: event.style === SCALAR_STYLE.PLAIN,
      line,
      isNoted,
    }
  return { kind: event.type === EVENT_ID.SEQUENCE ? 'sequence' : 'mapping', items: [], line, isNoted }
}
