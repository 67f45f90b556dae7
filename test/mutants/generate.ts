/** Small mistakes, made by rule: a comparison turned round, a condition that always holds, a statement left out. */
import { createHash } from 'node:crypto'
import { parseAst } from 'vitest/node'

/** A piece of a file, and what stands in its place. `isStatement`: it can only be replaced by a statement. */
export interface Site {
  readonly start: number
  readonly end: number
  readonly instead: string
  readonly isStatement: boolean
}

type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

const operators: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&&': '||',
  '||': '&&',
  '??': '&&',
}
const methods: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
}

/** What there is to say of types alone, and names that are no expressions. */
const leftOut = new Set(['typeAnnotation', 'returnType', 'typeParameters', 'typeArguments', 'superTypeArguments'])
const isType = ({ type }: Node) =>
  (type.startsWith('TS') && !['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'].includes(type)) ||
  /^(?:Import|ExportAll)/.test(type)

/** All mistakes that the rules make in a text, in the order of their places. */
export function listSites(code: string): Site[] {
  const sites: Site[] = []
  const textOf = ({ start, end }: Node) => code.slice(start, end)
  const add = ({ start, end }: Node, instead: string, isStatement = false) =>
    sites.push({ start, end, instead, isStatement })
  const holdsText = (node: unknown): boolean =>
    isNode(node) &&
    (node.type === 'TemplateLiteral' ||
      (node.type === 'Literal' && typeof node['value'] === 'string') ||
      (node.type === 'BinaryExpression' && (holdsText(node['left']) || holdsText(node['right']))))
  const addCall = (node: Node) => {
    const callee = node['callee'] as Node
    if (callee.type !== 'MemberExpression' || callee['optional'] === true || callee['computed'] === true) return
    const [object, property] = [callee['object'] as Node, callee['property'] as Node]
    const name = textOf(property)
    const rest = code.slice(property.end, node.end)
    if (Object.hasOwn(methods, name)) add(node, `${textOf(object)}.${methods[name]}${rest}`)
    if (name === 'filter') add(node, textOf(object))
  }
  const addNode = (node: Node) => {
    const [left, right, test] = [node['left'], node['right'], node['test']]
    if (node.type === 'BinaryExpression' || node.type === 'LogicalExpression') {
      const other = operators[String(node['operator'])]
      if (other && !(node['operator'] === '+' && holdsText(node)))
        add(node, `(${textOf(left as Node)}) ${other} (${textOf(right as Node)})`)
    } else if ((node.type === 'ConditionalExpression' || node.type === 'IfStatement') && isNode(test)) {
      add(test, 'true')
      add(test, 'false')
    } else if (node.type === 'WhileStatement' && isNode(test)) add(test, 'false')
    else if (node.type === 'Literal' && typeof node['value'] === 'boolean') add(node, String(!node['value']))
    else if (node.type === 'Literal' && typeof node['value'] === 'string' && node['value'] !== '') add(node, "''")
    else if (node.type === 'TemplateLiteral') add(node, "''")
    else if (node.type === 'UnaryExpression' && node['operator'] === '!') add(node, textOf(node['argument'] as Node))
    else if (node.type === 'ArrayExpression' && (node['elements'] as unknown[]).length > 0) add(node, '[]')
    else if (node.type === 'CallExpression') addCall(node)
    else if (node.type === 'ExpressionStatement' || node.type === 'ContinueStatement') add(node, ';', true)
  }
  const walk = (node: Node, isInChain: boolean) => {
    if (isType(node)) return
    // Half of `a?.b.c()` cannot be replaced by itself.
    const isChain = node.type === 'ChainExpression' || (isInChain && /^(?:Member|Call)Expression$/.test(node.type))
    if (!isChain) addNode(node)
    for (const [key, value] of Object.entries(node)) {
      const isName = key === 'key' || (key === 'property' && node['computed'] !== true)
      if (leftOut.has(key) || isName || (key === 'quasi' && node.type.startsWith('Tagged'))) continue
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, isChain)
    }
  }
  walk(parseAst(code, { lang: 'ts' }) as unknown as Node, false)
  return sites.toSorted((a, b) => a.start - b.start || b.end - a.end)
}

/** The bodies of all loops in a text. */
function listLoops(code: string): Pick<Site, 'start' | 'end'>[] {
  const bodies: Pick<Site, 'start' | 'end'>[] = []
  const walk = (node: Node) => {
    if (/^(?:For|While|DoWhile)/.test(node.type)) bodies.push(node['body'] as Node)
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child)
  }
  walk(parseAst(code, { lang: 'ts' }) as unknown as Node)
  return bodies
}

/** The text with one mistake in it. In parentheses a piece means the same wherever it stands. */
export const apply = (code: string, { start, end, instead, isStatement }: Site): string =>
  `${code.slice(0, start)}${isStatement ? instead : `(${instead})`}${code.slice(end)}`

/**
 * The text with many mistakes in it, of which those count that `is` says, by their numbers. It is asked in each round of a loop,
 * too, about no mistake (-1), so that it can end one that has no end.
 */
export function weave(code: string, sites: readonly (readonly [number: number, site: Site])[], is: string): string {
  const pieces: { at: number; rank: number; text: string }[] = []
  for (const [number, { start, end, instead, isStatement }] of sites) {
    const [open, close] = isStatement
      ? [`if (${is}(${number})) { ${instead} } else { `, ' }']
      : [`(${is}(${number}) ? (${instead}) : (`, '))']
    // At one place inner pieces end first, then outer ones, then outer ones begin, then inner ones. A statement is around its expression.
    const outside = isStatement ? 0.5 : 0
    pieces.push({ at: start, rank: -end - outside, text: open }, { at: end, rank: -1e9 - start + outside, text: close })
  }
  // A body is around all that begins or ends with it.
  for (const { start, end } of listLoops(code))
    pieces.push(
      { at: start, rank: -end - 0.75, text: `{ ${is}(-1); ` },
      { at: end, rank: -1e9 - start + 0.75, text: ' }' },
    )
  let [text, from] = ['', 0]
  for (const { at, text: piece } of pieces.toSorted((a, b) => a.at - b.at || a.rank - b.rank)) {
    text += code.slice(from, at) + piece
    from = at
  }
  return text + code.slice(from)
}

/** By which a sample is drawn: the same code gives the same sample, and a change elsewhere hardly another one. */
export function rankOf(seed: number, name: string): string {
  return createHash('sha1').update(`${seed} ${name}`).digest('hex')
}
