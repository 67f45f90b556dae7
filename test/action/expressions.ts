/** `${{ }}` of workflows and actions, as far as the files of this project use them. Throws for anything else. */

/** What names in expressions stand for: `github`, `inputs`, `vars`, `secrets`, … */
export type Contexts = Readonly<Record<string, unknown>>

type Tokens = (string | undefined)[]

/** GitHub compares in this way whatever is no number, small letters with large ones alike. */
const equal = (a: unknown, b: unknown) => asText(a).toLowerCase() === asText(b).toLowerCase()
const isTrue = (value: unknown) => Boolean(value)
const asText = (value: unknown) => (value === null || value === undefined ? '' : String(value))

const functions: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
  fromJSON: (text) => JSON.parse(asText(text)),
  toJSON: (value) => JSON.stringify(value, null, 2),
  always: () => true,
  cancelled: () => false,
}

/** A property that is not there is null; names are known in any case. */
function find(from: unknown, name: string): unknown {
  if (typeof from !== 'object' || from === null) return null
  const key = Object.keys(from).find((one) => one.toLowerCase() === name.toLowerCase())
  return key === undefined ? null : (from as Record<string, unknown>)[key]
}

function parseOne(tokens: Tokens, contexts: Contexts): unknown {
  const token = tokens.shift()
  if (token === undefined) throw new Error('The expression ends too early')
  if (token === '!') return !isTrue(parseOne(tokens, contexts))
  if (token === '(') {
    const value = parseOr(tokens, contexts)
    const end: string | undefined = tokens.shift()
    if (end !== ')') throw new Error('A bracket is left open')
    return value
  }
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'")
  if (/^\d/.test(token)) return Number(token)
  if (token === 'true' || token === 'false') return token === 'true'
  if (tokens[0] === '(') {
    tokens.shift()
    const value = tokens.at(0) === ')' ? null : parseOr(tokens, contexts)
    if (tokens.shift() !== ')' || !Object.hasOwn(functions, token)) throw new Error(`Cannot call ${token}`)
    return functions[token]!(value)
  }
  const [context, ...path] = token.split('.')
  if (!Object.hasOwn(contexts, context!)) throw new Error(`There is no context ${context}`)
  return path.reduce(find, contexts[context!])
}

function parseEqual(tokens: Tokens, contexts: Contexts): unknown {
  const left = parseOne(tokens, contexts)
  // What is no number is 0 where it is empty, and else compares as false.
  if (tokens[0] === '>') {
    tokens.shift()
    return Number(asText(left)) > Number(asText(parseOne(tokens, contexts)))
  }
  if (tokens[0] !== '==' && tokens[0] !== '!=') return left
  const isSame = tokens.shift() === '=='
  return equal(left, parseOne(tokens, contexts)) === isSame
}

function parseAnd(tokens: Tokens, contexts: Contexts): unknown {
  let value = parseEqual(tokens, contexts)
  while (tokens[0] === '&&') {
    tokens.shift()
    const right = parseEqual(tokens, contexts)
    value = isTrue(value) ? right : value
  }
  return value
}

function parseOr(tokens: Tokens, contexts: Contexts): unknown {
  let value = parseAnd(tokens, contexts)
  while (tokens[0] === '||') {
    tokens.shift()
    const right = parseAnd(tokens, contexts)
    value = isTrue(value) ? value : right
  }
  return value
}

/** The value of an expression, such as that of `if:`. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const form = /\s*('(?:[^']|'')*'|\|\||&&|==|!=|[!()>]|\d+|[A-Za-z_][\w-]*(?:\.[\w-]+)*)\s*/y
  const tokens: Tokens = []
  while (form.lastIndex < expression.length) {
    const found = form.exec(expression)
    if (found === null) throw new Error(`Cannot read the expression ${expression}`)
    tokens.push(found[1])
  }
  const value = parseOr(tokens, contexts)
  if (tokens.length > 0) throw new Error(`Cannot read the end of the expression ${expression}`)
  return value
}

/** The text with each expression's value in its place. Values are not looked into again. */
export function fill(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => asText(evaluate(expression, contexts)))
}
