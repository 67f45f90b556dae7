/** Pages of made-up runs, and what is read out of them. */
import type { Commit } from '../../lib/model/remote.ts'
import { mapSides } from '../../lib/model/sides.ts'
import type { PageInput } from '../../lib/page/input.ts'
import { formatPage } from '../../lib/page/page.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { asked, cost, example, makeRun, nowMs } from '../cli/plans.ts'

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
