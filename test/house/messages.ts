/** What the program says when something is wrong, read from its sources, and the table that tells what to do about it. */
import type { Files } from './rules.ts'
import { stripPatterns, stripWords } from './source.ts'

/** A message, with `…` for what is not known before it is said. */
export interface Message {
  readonly path: string
  readonly text: string
}

/** Files whose sentences become messages of errors or refusals elsewhere: all that they say is one. */
const speaking =
  /^lib\/(?:(?:github|huggingface|lfs)\/(?:failure|refusals|oidc)|http\/network-error|plan\/(?:brakes|creation|tag-brakes|exposure|missing-branch|one-way|undo)|planner\/left-out|lens\/(?:paths|card-drafts)|cli\/(?:token|pair-file|mistyped|repository-id|takes|mapping|exclusions))\.ts$/

/** Errors of the program itself (exit code 70), and what never leaves the file that throws it. */
const silent = /^(?:Range|Syntax|Type|)Error$/

interface Text {
  readonly text: string
  readonly end: number
}

/** The string that begins at `start`, and before it those within the braces of a template. `code` has no comments. */
function readString(code: string, start: number): Text[] {
  const quote = code[start]!
  const within: Text[] = []
  let text = ''
  let at = start + 1
  while (at < code.length && code[at] !== quote) {
    if (quote === '`' && code.startsWith('${', at)) {
      const inner = readTexts(code, at + 2, '{}')
      within.push(...inner.texts)
      at = inner.end
      text += '…'
    } else {
      if (code[at] === '\\') at++
      text += code[at++]
    }
  }
  return [...within, { text, end: at + 1 }]
}

/**
 * Texts from `start` to where the sign closes that is open there (`pair` holds both), those that are added to one another
 * as one.
 */
function readTexts(code: string, start: number, pair: string): { readonly texts: Text[]; readonly end: number } {
  const texts: Text[] = []
  let [at, depth] = [start, 1]
  while (at < code.length && depth > 0) {
    const sign = code[at]!
    if (/['"`]/.test(sign)) {
      const last = texts.at(-1)
      const isAdded = last !== undefined && /^\s*\+\s*$/.test(code.slice(last.end, at))
      const found = readString(code, at)
      const whole = found.pop()!
      if (isAdded) texts.pop()
      texts.push(...found, isAdded ? { ...whole, text: last.text + whole.text } : whole)
      at = whole.end
    } else {
      depth += sign === pair[0] ? 1 : sign === pair[1] ? -1 : 0
      at++
    }
  }
  return { texts, end: at }
}

/** Every string in the files of such paths, with `…` for what is not known before it is said. */
export function collectTexts(files: Files, form: RegExp): string[] {
  return [...files].flatMap(([path, source]) =>
    form.test(path) ? readTexts(stripPatterns(source), 0, '{}').texts.map(({ text }) => text) : [],
  )
}

/** Texts in a speaking file that are no sentences for people. */
const unsaid = new Set([
  'not in the history',
  'the check of README.md',
  'that side, or for both',
  'people and the undo',
  'Undo the last mirror from …',
])

/** Shorter texts are pieces of messages, or names of values. */
const isSentence = (text: string) =>
  text.split(' ').filter((word) => /[a-z]{2}/i.test(word)).length >= 4 && !unsaid.has(text)

/** What is said on the way: notes and warnings, and the functions that make some. */
const noting = /\b(?:warn|note|notes\.push|fault|warning)\(|^(?:export )?function note[A-Z]\w*\(/gm

/** Where people are told something by other names than these. */
const elsewhere = /^lib\/(?:report|page|cli|http)\//

/** A file that has notes may make them anywhere in it: each of its sentences may be one. */
const holdsNotes = (path: string, code: string) => !elsewhere.test(path) && /\bnotes?\b/.test(stripWords(code))

/** All sentences of notes and warnings. What a function makes is told text by text, an argument as a whole. */
function collectNotes(code: string): string[] {
  return [...code.matchAll(noting)].flatMap(({ 0: begin, index }) => {
    const isFunction = begin.includes('function')
    const { texts } = isFunction
      ? readTexts(code.slice(index, code.indexOf('\n}', index)), begin.length, '{}')
      : readTexts(code, index + begin.length, '()')
    return isFunction ? texts.map(({ text }) => text) : [texts.map(({ text }) => text).join(' ')]
  })
}

/** Every message of the program: errors, refusals, notes and warnings. */
export function collectMessages(files: Files): Message[] {
  return [...files].flatMap(([path, source]) => {
    if (!/^lib\/.*\.ts$/.test(path)) return []
    const code = stripPatterns(source)
    const isSpeaking = speaking.test(path) || holdsNotes(path, code)
    const errors = isSpeaking
      ? readTexts(code, 0, '{}').texts.map(({ text }) => text)
      : [...code.matchAll(/new (\w*Error)\(/g)].flatMap(({ 0: begin, 1: name, index }) =>
          silent.test(name!)
            ? []
            : readTexts(code, index + begin.length, '()')
                .texts.map(({ text }) => text)
                .join(' '),
        )
    // What people read of a plan is no note of it.
    const notes = isSpeaking || /^lib\/(?:report|page)\//.test(path) ? [] : collectNotes(code)
    return [...errors, ...notes].filter(isSentence).map((text) => ({ path, text }))
  })
}

/** The rows of the table: the words by which a message is found. */
export function readRows(table: string): string[] {
  return [...table.matchAll(/^\| `` ?(.*?) ?`` \|/gm)].map(([, words]) => words!)
}

/** A row that is found in more messages than this says of none what to do. */
const likeMax = 4

/** What the table lacks, what it has in vain, and what stands for anything. */
export function compareMessages(messages: readonly Message[], rows: readonly string[]): string[] {
  const isIn = (text: string, row: string) => text.includes(row)
  return [
    ...messages
      .filter(({ text }) => !rows.some((row) => isIn(text, row)))
      .map(({ path, text }) => `${path} says ${JSON.stringify(text)}: .github/messages.md has no row for it`),
    ...rows
      .filter((row) => !messages.some(({ text }) => isIn(text, row)))
      .map((row) => `.github/messages.md has a row for ${JSON.stringify(row)}: nothing says it`),
    ...rows.flatMap((row) => {
      const like = messages.filter(({ text }) => isIn(text, row)).length
      return like > likeMax ? [`.github/messages.md has a row for ${JSON.stringify(row)}: ${like} messages say it`] : []
    }),
  ]
}
