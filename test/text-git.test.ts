import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sides } from '../lib/sides.ts'
import { mergeText } from '../lib/text.ts'

const hasGit = spawnSync('git', ['--version']).status === 0

interface Trio { readonly base: string, readonly sides: Sides<string> }

const code = ['{', '}', '', '  return value', 'if (ready) {', '  }', '  },', 'else {', '  "name": 1,', '  "name": 2,']

/** Edits of a list: at a place, so many lines taken out and others put in. */
const edits = fc.array(fc.record({ at: fc.nat(30), taken: fc.nat(3), put: fc.array(fc.nat(1000), { maxLength: 3 }) }), { minLength: 1, maxLength: 4 })

function edit(lines: readonly string[], changes: readonly { at: number, taken: number, put: number[] }[], name: (put: number) => string): string[] {
  return changes.reduce((current, { at, taken, put }) => current.toSpliced(at % (current.length + 1), taken, ...put.map(name)), [...lines])
}

function joinLines(lines: readonly string[], endsInNewline: boolean): string {
  return lines.join('\n') + (endsInNewline && lines.length > 0 ? '\n' : '')
}

const newlines = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()).map((ends) => ends.map((end, index) => end || index === 0))

/** No line occurs twice in a text: what is put in is new, and the same on both sides only by the same number. */
const distinct: fc.Arbitrary<Trio> = fc.tuple(fc.integer({ min: 0, max: 25 }), edits, edits, newlines).map(([count, github, huggingface, ends]) => {
  const base = Array.from({ length: count }, (_, index) => `line ${index}`)
  const make = (changes: typeof github, side: string) => [...new Set(edit(base, changes, (put) => put % 3 === 0 ? `both ${put}` : `${side} ${put}`))]
  return { base: joinLines(base, ends[0]!), sides: { github: joinLines(make(github, 'g'), ends[1]!), huggingface: joinLines(make(huggingface, 'h'), ends[2]!) } }
})

const codeLike: fc.Arbitrary<Trio> = fc.tuple(fc.array(fc.constantFrom(...code), { maxLength: 25 }), edits, edits).map(([base, github, huggingface]) => {
  const make = (changes: typeof github) => joinLines(edit(base, changes, (put) => code[put % code.length]!), true)
  return { base: joinLines(base, true), sides: { github: make(github), huggingface: make(huggingface) } }
})

describe.skipIf(!hasGit)('real git', () => {
  let folder = ''
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'text-')) })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** The merged text, or `null` for a conflict. */
  function mergeFile({ base, sides }: Trio): string | null {
    const names = Object.entries({ github: sides.github, base, huggingface: sides.huggingface }).map(([name, text]) => {
      writeFileSync(join(folder, name), text)
      return name
    })
    const { stdout, status } = spawnSync('git', ['merge-file', '-p', '--diff3', ...names], { cwd: folder, encoding: 'utf8' })
    return status === 0 ? stdout : null
  }

  test('merges distinct lines exactly where git does, and to the same text', () => {
    fc.assert(fc.property(distinct, (trio) => {
      const merge = mergeText(trio.base, trio.sides)
      expect(merge.clean ? merge.text : null).toBe(mergeFile(trio))
    }), { numRuns: 80 })
  })

  test('gives the same text where both merge lines that repeat', () => {
    let both = 0
    fc.assert(fc.property(codeLike, (trio) => {
      const merge = mergeText(trio.base, trio.sides)
      if (!merge.clean) return
      const text = mergeFile(trio)
      if (text === null) return
      both++
      expect(merge.text).toBe(text)
    }), { numRuns: 120, seed: 2 })
    expect(both).toBeGreaterThan(20)
  })
})
