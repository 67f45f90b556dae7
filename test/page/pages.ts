/** Pages of made-up runs, and what is read out of them. */
import type { Commit } from '../../lib/model/remote.ts'
import { mapSides } from '../../lib/model/sides.ts'
import type { PageInput } from '../../lib/page/input.ts'
import { formatPage } from '../../lib/page/page.ts'
import { listEdits, type Plan } from '../../lib/plan/plan.ts'
import { asked, bySide, conflict, cost, edit, example, makePlan, makeRun, nowMs } from '../cli/plans.ts'

export const places = {
  github: { service: 'GitHub', repository: 'acme/corpus', branch: 'main' },
  huggingface: { service: 'Hugging Face', repository: 'datasets/acme/corpus', branch: 'main' },
}

/** What a dry run that came to this plan puts on its page. */
export function pageInput(plan: Plan = example, rest: Partial<PageInput> = {}): PageInput {
  const run = makeRun(plan)
  const links = mapSides((side) => ({
    commitUrl: (oid: string) => `https://${side}.example/commit/${oid}`,
    fileUrl: (oid: string, path: string) => `https://${side}.example/blob/${oid}/${encodeURIComponent(path)}`,
  }))
  return { status: run.status, mode: 'dry run', places, argv: asked.argv, nowMs, cost, links, run, ...rest }
}

export const makePage = (plan?: Plan, rest?: Partial<PageInput>) => formatPage(pageInput(plan, rest))

/** The same as the file that is written. */
export const makeFile = (plan?: Plan) => `<!doctype html>\n<html lang="en">\n${makePage(plan)}</html>\n`

/** A commit of somebody's own, some hours old. */
export function commit(title: string, hours: number, name = 'Bob', oid = title): Commit {
  const date = new Date(nowMs - hours * 3_600_000).toISOString()
  const id = Buffer.from(oid).toString('hex').padEnd(40, '0').slice(0, 40)
  return {
    oid: id,
    tree: null,
    parents: [],
    message: title,
    author: { name, email: 'b@example.org', date },
    committerDate: date,
  }
}

export const hunk = { line: 4, base: ['old\n'], github: ['mine\n'], huggingface: ['theirs\n'] }

/** A plan that has something for every section. */
export const everything = makePlan({
  ...example,
  edits: bySide([...listEdits(example), ...Array.from({ length: 130 }, (_, index) => edit(`raw/${index}.json`))]),
  originals: { github: [commit('Drop old reports', 2)], huggingface: [commit('Add November', 1, 'alice')] },
  conflicts: [conflict('data/a.csv', { hunks: [hunk] }), conflict('data/b.csv')],
  refusals: [
    {
      kind: 'deletions',
      allowedBy: '--allow-delete',
      message: 'GitHub deleted 12 of 20 mirrored files',
      loss: {
        side: 'github',
        fact: 'GitHub deleted 12 of 20',
        back: 'it costs nothing',
        byteLength: 1_200,
        count: 12,
        others: 0,
        paths: ['a'],
      },
    },
  ],
  settled: [{ path: 'taken.csv', side: 'github', by: 'prefer' }],
  makeBranch: { side: 'github', at: 'a'.repeat(40) },
  skipped: [{ side: 'github', path: 'latest', why: 'a symlink stays on GitHub' }],
  notes: ['GitHub has rules'],
})

const nasty = [
  '"><script>window.alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '</style></title></textarea><svg/onload=alert(1)>',
  '<base href=//evil.example>',
  'javascript:alert(1)',
  '\u202egnp.exe',
  'a\u0000b',
  `${'long-without-a-blank'.repeat(30)}.csv`,
  `${'deep/'.repeat(60)}x`,
]

/** Every place that shows foreign words shows such that want to be more. */
export const hostile = makePlan({
  edits: bySide(
    nasty.flatMap((name) => [
      edit(name),
      edit(`old/${name}`, { action: 'delete', to: 'huggingface' }),
      edit(`kept/${name}`, { action: 'modify', to: 'huggingface', keeps: name }),
    ]),
  ),
  originals: {
    github: nasty.map((name) => commit(name, 3, name)),
    huggingface: nasty.map((name) => commit(name, 2, name, `b${name}`)),
  },
  conflicts: nasty.map((name) =>
    conflict(name, { detail: name, hunks: [{ line: 1, base: [name], github: [name], huggingface: [name] }] }),
  ),
  refusals: nasty.map((name) => ({ kind: 'host' as const, message: name, allowedBy: null })),
  skipped: nasty.map((name) => ({ side: 'github' as const, path: name, why: name })),
  notes: nasty,
})

/** Every tag of the page, with its attributes' names: `a href rel`. */
export function listTags(page: string): string[] {
  const body = page.replace(/<style>[^]*?<\/style>/, '')
  return [...body.matchAll(/<(\/?[a-zA-Z][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g)].map(([, name, rest]) =>
    [name!, ...[...rest!.matchAll(/([\w-]+)(?:="[^"]*")?/g)].map(([, attribute]) => attribute!)].join(' '),
  )
}

/** The words of a page, without its markup. */
export const textOf = (page: string) =>
  page
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
