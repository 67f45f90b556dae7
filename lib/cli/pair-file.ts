/** Reads a file of pairs: YAML, or JSON, which is YAML. Its keys are the long names of options. */
import { UsageError } from '../model/errors.ts'
import { listNear } from '../model/near-names.ts'
import { parseYaml, type YamlNode } from '../model/yaml.ts'
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
  /** Undefined where the file holds nothing. */
  readonly root: YamlNode | undefined

  constructor(path: string, text: string) {
    this.#path = path
    const nodes = parseYaml(text)
    if ('what' in nodes) throw this.fail(nodes, `it is not YAML: ${nodes.what}`)
    for (const node of nodes) {
      if (node.isNoted || node.kind === 'alias')
        throw this.fail(
          node,
          'anchors, aliases and tags are not read: what all pairs share stands in "defaults", and a text that begins ' +
            'with *, & or ! in quotation marks',
        )
      // An escape can name half of a pair, which no address can hold.
      if (node.kind === 'scalar' && /\p{Cs}/u.test(node.text))
        throw this.fail(node, 'half of a surrogate pair is no letter')
      if (node.kind === 'scalar' && looksLikeToken(node.text))
        throw this.fail(node, `a token stands in it. ${whereTokensGo}`)
    }
    this.root = nodes[0]
  }

  fail(at: { readonly line: number } | undefined, what: string): UsageError {
    return new UsageError(`Cannot use ${JSON.stringify(this.#path)}: line ${at?.line ?? 1}: ${what}`)
  }

  /** The keys of a map, with the node of each key and value. */
  entries(
    node: YamlNode | undefined,
    what: string,
  ): { readonly name: string; readonly key: YamlNode; readonly value: YamlNode }[] {
    if (node?.kind !== 'mapping') throw this.fail(node, `${what} has to be names with values`)
    return node.items.map(([key, value]) => {
      if (key.kind !== 'scalar') throw this.fail(key, 'a name has to be a plain word')
      return { name: key.text, key, value }
    })
  }
}

const whereTokensGo =
  'Tokens never stand in a file: set GITHUB_TOKEN and HF_TOKEN in the environment, in a workflow from its secrets'

function failKey(reader: Reader, key: YamlNode, name: string): UsageError {
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

/** What YAML 1.2 takes a plain text for that is no text and no number: true, false or null. Undefined for all else. */
function parseWord(node: YamlNode): boolean | null | undefined {
  const text = node.kind === 'scalar' && node.isPlain ? node.text : 'text'
  if (!/^(?:[tT]rue|TRUE|[fF]alse|FALSE|[nN]ull|NULL|~|)$/.test(text)) return undefined
  return /^t/i.test(text) || (/^f/i.test(text) ? false : null)
}

/** The text of a value as it is written, so that `1.10` stays that. */
function parseText(reader: Reader, name: string, node: YamlNode): string {
  if (node.kind === 'scalar' && parseWord(node) === undefined) return node.text
  throw reader.fail(node, `"${name}" has to be a text`)
}

function parseValue(reader: Reader, name: keyof typeof pairKeys, node: YamlNode): string | boolean | string[] {
  const flag: { readonly type: string; readonly multiple?: boolean } = flags[name]
  if (flag.type === 'boolean') {
    const word = parseWord(node)
    if (typeof word === 'boolean') return word
    throw reader.fail(node, `"${name}" has to be true or false`)
  }
  if (flag.multiple !== true) return parseText(reader, name, node)
  return node.kind === 'sequence'
    ? node.items.map((item) => parseText(reader, name, item))
    : [parseText(reader, name, node)]
}

function parseSettings(reader: Reader, node: YamlNode, what: string): Settings {
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
      pairs.set(pair.name, parseSettings(reader, pair.value, `the pair "${pair.name}"`))
    }
  }
  if (pairs.size === 0) throw reader.fail(reader.root, 'it has no pairs')
  return { defaults, pairs }
}
