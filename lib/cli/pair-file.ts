/** Reads a file of pairs: YAML, or JSON, which is YAML. Its keys are the long names of options. */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Node, type Pair } from 'yaml'
import { UsageError } from '../model/errors.ts'
import { listNear } from '../model/near-names.ts'
import { flags, type Values } from './flags.ts'
import { pairKeys, pairNamePattern } from './pair-keys.ts'
import { looksLikeToken } from './token.ts'

/** What a pair, or all of them, are asked. */
export type Settings = Partial<Values>

export interface PairFile {
  readonly defaults: Settings
  readonly pairs: ReadonlyMap<string, Settings>
}

const names = Object.keys(pairKeys) as (keyof typeof pairKeys)[]
const allowed = names.filter((name) => pairKeys[name] !== null)
const topKeys = ['pairs', 'defaults', '$schema']

const isPairName = (text: string) => new RegExp(pairNamePattern).test(text)

/** One file while it is read: it knows where each node stands. */
class Reader {
  readonly #path: string
  readonly #lines = new LineCounter()
  readonly root: unknown

  constructor(path: string, text: string) {
    this.#path = path
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      schema: 'core',
      version: '1.2',
      merge: false,
      resolveKnownTags: false,
      // At a lower level a second document is left out without a word.
      logLevel: 'error',
    })
    const [broken] = document.errors
    // Behind a colon stands what is in the file, which may be a token.
    if (broken)
      throw this.#failAt(broken.pos[0], `it is not YAML: ${broken.message.replace(/(?:: | at line |\n).*$/s, '')}`)
    const notRead =
      'anchors, aliases and tags are not read: what all pairs share stands in "defaults", and a text that begins with ' +
      '*, & or ! in quotation marks'
    const [strange] = document.warnings
    if (strange) throw this.#failAt(strange.pos[0], notRead)
    visit(document, (_, node) => {
      if (isAlias(node) || (isNode(node) && node.anchor !== undefined)) throw this.fail(node, notRead)
      if (isScalar(node) && typeof node.value === 'string' && looksLikeToken(node.value))
        throw this.fail(node, `a token stands in it. ${whereTokensGo}`)
    })
    this.root = document.contents
  }

  #failAt(offset: number, what: string): UsageError {
    return new UsageError(`Cannot use ${JSON.stringify(this.#path)}: line ${this.#lines.linePos(offset).line}: ${what}`)
  }

  fail(node: unknown, what: string): UsageError {
    return this.#failAt((node as Node | null)?.range?.[0] ?? 0, what)
  }

  /** The keys of a map, with the node of each key and value. */
  entries(node: unknown, what: string): { readonly name: string; readonly key: Node; readonly value: unknown }[] {
    if (!isMap(node)) throw this.fail(node, `${what} has to be names with values`)
    return node.items.map(({ key, value }: Pair) => {
      if (!isScalar(key)) throw this.fail(key, 'a name has to be a plain word')
      return { name: key.source ?? String(key.value), key, value }
    })
  }
}

const whereTokensGo =
  'Tokens never stand in a file: set GITHUB_TOKEN and HF_TOKEN in the environment, in a workflow from its secrets'

function failKey(reader: Reader, key: Node, name: string): UsageError {
  if (/token|secret|passw|credential/i.test(name)) return reader.fail(key, `"${name}" is no option. ${whereTokensGo}`)
  const option = name.replace(/^--/, '')
  if (Object.hasOwn(pairKeys, option) && option === name)
    return reader.fail(key, `"${name}" is said for one run at a time: give it on the command line, as --${name}`)
  const near = Object.hasOwn(pairKeys, option) ? [option] : listNear(name, allowed)
  return reader.fail(
    key,
    `${JSON.stringify(name)} is no option of a pair${near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''}`,
  )
}

/** The text of a value as it is written, so that `1.10` stays that. */
function parseText(reader: Reader, name: string, node: unknown): string {
  if (!isScalar(node) || node.value === null || typeof node.value === 'boolean')
    throw reader.fail(node, `"${name}" has to be a text`)
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function parseValue(reader: Reader, name: keyof typeof pairKeys, node: unknown): string | boolean | string[] {
  const flag: { readonly type: string; readonly multiple?: boolean } = flags[name]
  if (flag.type === 'boolean') {
    if (isScalar(node) && typeof node.value === 'boolean') return node.value
    throw reader.fail(node, `"${name}" has to be true or false`)
  }
  if (flag.multiple !== true) return parseText(reader, name, node)
  return isSeq(node) ? node.items.map((item) => parseText(reader, name, item)) : [parseText(reader, name, node)]
}

function parseSettings(reader: Reader, node: unknown, what: string): Settings {
  const settings: Record<string, string | boolean | string[]> = {}
  for (const { name, key, value } of reader.entries(node, what)) {
    const known = allowed.find((one) => one === name)
    if (known === undefined) throw failKey(reader, key, name)
    const choices = pairKeys[known]!
    const parsed = parseValue(reader, known, value)
    if (choices.length > 0 && !choices.includes(String(parsed)))
      throw reader.fail(value, `"${name}" is ${choices.join(' or ')}`)
    settings[known] = parsed
  }
  return settings
}

/** Throws a `UsageError` that names the line of what is wrong. */
export function parsePairFile(path: string, text: string): PairFile {
  const reader = new Reader(path, text)
  let defaults: Settings = {}
  const pairs = new Map<string, Settings>()
  for (const { name, key, value } of reader.entries(reader.root, 'the file')) {
    if (!topKeys.includes(name)) {
      const near = listNear(name, topKeys)
      const advice =
        near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'it has "pairs", and "defaults" for all of them'
      throw /token|secret/i.test(name)
        ? failKey(reader, key, name)
        : reader.fail(key, `${JSON.stringify(name)} is no key of the file; ${advice}`)
    }
    if (name === 'defaults') defaults = parseSettings(reader, value, '"defaults"')
    if (name !== 'pairs') continue
    for (const pair of reader.entries(value, '"pairs"')) {
      if (!isPairName(pair.name))
        throw reader.fail(pair.key, `the name ${JSON.stringify(pair.name)} has to be of letters, digits, and . _ -`)
      if (pairs.has(pair.name)) throw reader.fail(pair.key, `the name "${pair.name}" is there twice`)
      pairs.set(pair.name, parseSettings(reader, pair.value, `the pair "${pair.name}"`))
    }
  }
  if (pairs.size === 0) throw reader.fail(reader.root, 'it has no pairs')
  return { defaults, pairs }
}
