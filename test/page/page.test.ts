/** What stands on a page, as text: sections, order, sizes, and that nothing foreign gets out of its place. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatVerification } from '../../lib/report/verification-text.ts'
import { startWritten } from '../../lib/run/written.ts'
import { bySide, conflict, edit, example, makePlan, object } from '../cli/plans.ts'
import { services } from '../plan/brakes-setup.ts'
import fc from '../random.ts'
import { commit, everything, hunk, listTags, makePage, textOf } from './pages.ts'

describe('a page', () => {
  test('allows itself one style by its hash, and nothing else', () => {
    const page = makePage()
    const [, style] = /<style>([^]*?)<\/style>/.exec(page)!
    const hash = createHash('sha256').update(style!).digest('base64')
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!
    expect(policy!.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    )
    expect(page.match(/Content-Security-Policy[^]*?<(\w+)/g)?.[0]).toContain('<meta')
    expect(page).not.toMatch(/<script|\sstyle=|\son\w+=|url\(|@import|src=/)
  })

  test('has headings in order, ids once, and every link within it leads somewhere', () => {
    const page = makePage(everything)
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level))
    expect(levels[0]).toBe(1)
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    for (const [index, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1)
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.matchAll(/(?:href="#|aria-labelledby="|aria-describedby=")([^"]*)"/g))
      for (const id of target!.split(' ')) expect(ids).toContain(id)
  })

  test('tells what stops a run before what it would do, and deletions before everything else', () => {
    const page = makePage(everything)
    const order = ['stopped', 'conflicts', 'glance', 'histories', 'files', 'settled', 'staying', 'notes', 'cost']
    const found = [...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id!)
    expect(found).toEqual(order)
    const kinds = [...page.matchAll(/<h4 id="(\w+-\w+)"/g)].map(([, id]) => id!)
    expect(kinds).toEqual(['huggingface-deleted', 'huggingface-merged', 'github-new'])
  })

  test('gives the way back before the way on, as commands to copy', () => {
    const found = makePage(everything).matchAll(/<pre class="command"[^>]*>([^]*?)<\/pre>/g)
    const commands = [...found].map(([, text]) => text!.replace(/<[^>]*>/g, ''))
    expect(commands.slice(0, 2)).toEqual([
      'npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main --init huggingface',
      'npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main --allow-delete',
    ])
    expect(commands).toContain(
      'npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main --take=data/a.csv=github',
    )
    expect(commands.filter((command) => command.endsWith('=both'))).toEqual([
      'npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main --take=data/a.csv=both',
    ])
  })

  test('shows both sides of a conflict, and says where lines are hidden', () => {
    const text = textOf(
      makePage(makePlan({ conflicts: [conflict('a', { hunks: [{ ...hunk, base: null, github: null }] })] })),
    )
    expect(text).toContain('Line 4 GitHub (not shown: not everybody can read it')
    expect(text).toContain('theirs')
    expect(text).not.toContain('mine')
  })

  test('says of a run that failed what it was about to do, why it failed, and what there is', () => {
    const written = { ...startWritten(), commits: { github: '1234567890', huggingface: null } }
    const text = textOf(
      makePage(example, {
        status: 'failed',
        mode: 'run',
        error: 'Cannot reach it\nGitHub was written',
        run: { plan: example, findTexts: null, inspection: null, written, earlier: [], wrote: true },
      }),
    )
    expect(text).toContain('Failed. GitHub is at 1234567 .')
    expect(text).toContain('Error Cannot reach it GitHub was written')
    expect(text).not.toContain('Nothing was written')
  })

  test('of a comparison lists every difference', () => {
    const proof = {
      status: 'different' as const,
      files: { github: 3, huggingface: 2 },
      objects: { github: 1, huggingface: 0 },
      differences: [{ path: 'a', why: 'only on github' }],
      missing: { github: [], huggingface: ['big.parquet'] },
    }
    const text = textOf(makePage(undefined, { status: 'different', mode: 'verify', run: undefined, proof } as never))
    expect(text).toContain('✕ Different: 2 paths')
    expect(text).toContain('big.parquet its LFS object is missing on Hugging Face')
    expect(text).toContain('Objects that are missing on Hugging Face can be pushed from a clone that has them')
  })

  test('of a comparison tells many differences by folder, each of which can be opened', () => {
    const differences = Array.from({ length: 1_000 }, (_, index) => ({
      path: `raw/${index % 2}/${index}.json`,
      why: index < 600 ? 'only on GitHub' : 'content differs',
    }))
    const proof = {
      status: 'different' as const,
      files: { github: 1_000, huggingface: 400 },
      objects: { github: 0, huggingface: 0 },
      differences: [...differences, { path: 'README.md', why: 'content differs' }],
      missing: { github: [], huggingface: [] },
    }
    const page = makePage(undefined, { status: 'different', mode: 'verify', run: undefined, proof } as never)
    const text = textOf(page)
    expect(text).toContain('✕ Different: 1,001 paths')
    expect(text).toContain('raw/0/ 500 paths: 300 only on GitHub, 200 content differs')
    expect(text).toContain('README.md content differs')
    expect(page.match(/<details>/g)).toHaveLength(2)
    expect(text).not.toContain('are missing')
    expect(formatVerification(proof, services).split('\n')).toEqual([
      'different: 1,001 paths',
      'raw/0/  500 paths: 300 only on GitHub, 200 content differs',
      'raw/1/  500 paths: 300 only on GitHub, 200 content differs',
      'README.md  content differs',
    ])
  })

  test('of a run that failed before it had a plan is a page all the same', () => {
    const text = textOf(
      makePage(undefined, { status: 'denied', run: undefined, error: 'GITHUB_TOKEN is wrong' } as never),
    )
    expect(text).toContain('Error GITHUB_TOKEN is wrong')
  })

  test('says the size of what goes, and draws a bar for it', () => {
    const page = makePage()
    expect(page).toMatch(/<rect width="100%"[^>]*\/><\/svg>13\.5 MB/)
    expect(page).toMatch(/<rect width="1%"[^>]*\/><\/svg>1\.2 kB/)
  })
})

describe('hostile names', () => {
  const tags = new Set(listTags(makePage(everything)))
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom(
      '"><script>alert(1)</script>',
      "'><img src=x onerror=alert(1)>",
      '</style><svg/onload=1>',
      '${7*7}',
      '--!><x',
      '\u202egnp.exe',
    ),
  )

  test('add no tag and no attribute, whatever they are', () => {
    fc.assert(
      fc.property(nasty, nasty, (name, words) => {
        const plan = makePlan({
          edits: bySide([
            edit(name),
            edit(`old/${name}`, { action: 'delete', to: 'huggingface' }),
            edit('m', { keeps: words }),
          ]),
          originals: { github: [commit(words, 1, name)], huggingface: [commit(words, 2, words)] },
          conflicts: [conflict(name, { detail: words, hunks: [{ ...hunk, base: [words], github: [name] }] })],
          refusals: [{ kind: 'host', message: words, allowedBy: null }],
          skipped: [{ side: 'github', path: name, why: words }],
          notes: [words],
        })
        expect(listTags(makePage(plan)).filter((tag) => !tags.has(tag))).toEqual([])
      }),
    )
  })

  test('are told apart where they only look alike', () => {
    const text = textOf(
      makePage(makePlan({ edits: bySide([edit('a\u200b.csv'), edit('a.csv'), edit('a\\u{200b}.csv')]) })),
    )
    expect(text).toContain('a\\u{200b}.csv')
    expect(text).toContain('a\\\\u{200b}.csv')
  })
})

describe('a page of a large plan', () => {
  const many = (number: number, name: (index: number) => string, action: 'add' | 'delete') =>
    Array.from({ length: number }, (_, index) => edit(name(index), { action, to: 'huggingface' }))
  const deep = (index: number) => `data/part-${index % 400}/${index % 7}/a-rather-long-name-${index}.json`

  test.each([
    ['a folder for each file', (index: number) => `d${index}/${'x'.repeat(60)}`],
    ['names that grow when they are escaped', (index: number) => `${index}-${'<&"\u202e'.repeat(20)}`],
  ])('of 100,000 changes stays below 5 MB: %s', (_, name) => {
    const page = makePage(
      makePlan({ edits: bySide([...many(50_000, name, 'delete'), ...many(50_000, (at) => `new/${name(at)}`, 'add')]) }),
    )
    expect(Buffer.byteLength(page)).toBeLessThan(5_000_000)
    const rest = [...page.matchAll(/>([\d,]+) more files? \(/g)].reduce(
      (sum, [, n]) => sum + Number(n!.replaceAll(',', '')),
      0,
    )
    const shown =
      (page.match(/<tr><td class="name">|<ul class="dense">|<li>(?!<a)/g) ?? []).length -
      (page.match(/<ul class="dense">/g) ?? []).length
    expect(shown + rest).toBe(100_000)
  })

  test('has each of 50,000 deletions in less than 5 MB, and cuts what is new', () => {
    const page = makePage(
      makePlan({ edits: bySide([...many(50_000, deep, 'delete'), ...many(50_000, (at) => `new/${deep(at)}`, 'add')]) }),
    )
    expect(Buffer.byteLength(page)).toBeLessThan(5_000_000)
    for (const at of [0, 1, 24_999, 49_998, 49_999]) expect(page.includes(`a-rather-long-name-${at}.json`)).toBe(true)
    expect(page).toMatch(/more files? \([\d.]+ [kM]?B\) in new\//)
  })

  test('names every one of 20,000 conflicts, the first ones in full', () => {
    const conflicts = Array.from({ length: 20_000 }, (_, index) => conflict(`data/${index}.csv`, { hunks: [hunk] }))
    const page = makePage(makePlan({ conflicts }))
    expect(Buffer.byteLength(page)).toBeLessThan(5_000_000)
    expect(new Set(page.match(/data\/\d+\.csv(?= ?<)/g)).size).toBe(20_000)
    expect(page.includes('&#39;--take=*=github&#39;')).toBe(true)
  })

  test('stays below 5 MB where everything is too much at once', () => {
    const long = 'ä<'.repeat(400)
    const conflicts = Array.from({ length: 3_000 }, (_, index) =>
      conflict(`${index < 2_980 ? 'd/' : ''}${index}${long}`, {
        hunks: Array.from({ length: 12 }, () => ({ ...hunk, github: Array<string>(80).fill(`${long}\n`) })),
      }),
    )
    const commits = Array.from({ length: 5_000 }, (_, index) => commit(long, index, long, String(index)))
    const page = makePage(
      makePlan({
        edits: bySide([...many(60_000, deep, 'delete'), ...many(60_000, (at) => `n/${deep(at)}`, 'add')]),
        conflicts,
        originals: { github: commits, huggingface: commits },
        skipped: Array.from({ length: 5_000 }, (_, index) => ({
          side: 'github' as const,
          path: `${index}${long}`,
          why: long,
        })),
        notes: Array<string>(3_000).fill(long),
        refusals: Array.from({ length: 3_000 }, () => ({ kind: 'host' as const, message: long, allowedBy: null })),
        objects: { github: [object('a', 5)], huggingface: [] },
      }),
      { error: long },
    )
    expect(Buffer.byteLength(page)).toBeLessThan(5_000_000)
  })
})
