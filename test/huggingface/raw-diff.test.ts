import { describe, expect, it } from 'vitest'
import { parseRawDiff } from '../../lib/huggingface/raw-diff.ts'

const [a, b, none] = ['a'.repeat(40), 'b'.repeat(40), '0'.repeat(40)]
const row = (modes: string, ids: string, status: string, paths: string) =>
  `T 12\t:${modes} ${ids} ${status}\t${paths}\n`
const added = (path: string, mode = '100644') => row(`000000 ${mode}`, `${none}... ${b}...`, 'A', path)
const pathsOf = (text: string) => parseRawDiff(text)?.map(({ path }) => path)

describe('a raw comparison', () => {
  it('tells modes and ids of both sides', () => {
    expect(parseRawDiff(row('100644 100755', `${a}... ${b}...`, 'M', 'run.sh'))).toEqual([
      { path: 'run.sh', before: { mode: '100644', oid: a }, after: { mode: '100755', oid: b }, quoted: false },
    ])
    expect(parseRawDiff(row('120000 000000', `${a}... ${none}...`, 'D', 'link'))).toEqual([
      { path: 'link', before: { mode: '120000', oid: a }, after: null, quoted: false },
    ])
    expect(parseRawDiff(`B 9\t:100644 120000 ${a}... ${b}... T\tx\n`)?.[0]?.after).toEqual({ mode: '120000', oid: b })
  })

  it('is empty when nothing changed', () => {
    expect(parseRawDiff('')).toEqual([])
  })

  it('has names as they are: blanks, tabs, quotation marks, marks of addresses, other scripts', () => {
    const names = ['a b  c', 'a\tb', '"quoted"', 'x"y', 'a#b?c%d+e', 'エイミ/💀 d.bin', ' lead and trail ']
    expect(pathsOf(names.map((name) => added(name)).join(''))).toEqual(names)
  })

  it('has names as git quotes them, and says that this was a guess', () => {
    expect(parseRawDiff(added('"tab\\there \\"and\\" \\303\\251\\\\"'))).toMatchObject([
      { path: 'tab\there "and" é\\', quoted: true },
    ])
    expect(parseRawDiff(added('"bad \\377 byte"'))).toMatchObject([{ path: '"bad \\377 byte"', quoted: false }])
  })

  it('takes a rename for a deletion and an addition, a copy for an addition', () => {
    expect(parseRawDiff(row('100644 100644', `${a}... ${b}...`, 'R97', 'old name\tnew name'))).toEqual([
      { path: 'old name', before: { mode: '100644', oid: a }, after: null, quoted: false },
      { path: 'new name', before: null, after: { mode: '100644', oid: b }, quoted: false },
    ])
    expect(pathsOf(row('100644 100644', `${a}... ${a}...`, 'C100', 'from\tto'))).toEqual(['to'])
  })

  it('joins a rename away with what took its place', () => {
    const text = row('100644 100644', `${a}... ${a}...`, 'R100', 'x\ty') + added('x')
    expect(parseRawDiff(text)).toEqual([
      { path: 'x', before: { mode: '100644', oid: a }, after: { mode: '100644', oid: b }, quoted: false },
      { path: 'y', before: null, after: { mode: '100644', oid: a }, quoted: false },
    ])
  })

  it('reads two paths parted by a space, unless there is more than one place to cut', () => {
    expect(pathsOf(row('100644 100644', `${a} ${b}`, 'R', 'old new'))).toEqual(['old', 'new'])
    expect(parseRawDiff(row('100644 100644', `${a} ${b}`, 'R', 'old name new'))).toBeNull()
    expect(parseRawDiff(row('100644 100644', `${a} ${b}`, 'R', 'a\tb\tc'))).toBeNull()
  })

  it('leaves an id open that is not told', () => {
    expect(parseRawDiff(row('100644 100644', `${a}... ${none}...`, 'M', 'x'))?.[0]?.after).toEqual({
      mode: '100644',
      oid: null,
    })
  })

  it.each([
    ['a page of HTML', '<html>\n'],
    ['a name with a line break', added('two\nlines')],
    ['short ids', row('100644 100644', 'abc1234 def5678', 'M', 'x')],
    ['a mode that git does not have', added('x', '100777')],
    ['an unmerged path', row('100644 100644', `${a} ${b}`, 'U', 'x')],
    ['an addition that had something before', row('100644 100644', `${a} ${b}`, 'A', 'x')],
    ['a deletion that leaves something', row('100644 100644', `${a} ${b}`, 'D', 'x')],
    ['a deletion of something unknown', row('100644 000000', `${none} ${none}`, 'D', 'x')],
    ['a line that is cut', added('x').slice(0, 60)],
  ])('is not understood at all with %s', (_, text) => {
    expect(parseRawDiff(added('fine') + text)).toBeNull()
  })
})
