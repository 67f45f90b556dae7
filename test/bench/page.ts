/** The page of a large plan: how long it takes to make, how large it is, and how long a browser takes to show it. */
import { bySide, edit, makePlan } from '../cli/plans.ts'
import { Browser, chromium } from '../page/chromium.ts'
import { makeFile } from '../page/pages.ts'
import type { Checked } from './bounds.ts'
import { measureNodeAlone } from './started.ts'
import type { Figure, Row, Section } from './table.ts'

const changes = 100_000
const sizeMax = 5_000_000
/** Against the time that node alone takes from its start to its end. */
const openedMax = 50

/** Until everything that is seen first stands where it belongs. */
async function measureOpening(page: string): Promise<number> {
  const browser = await Browser.start()
  try {
    const startedMs = performance.now()
    await browser.open(page)
    await browser.evaluate('document.documentElement.scrollHeight')
    return performance.now() - startedMs
  } finally {
    await browser.close()
  }
}

/** One row for each shape of a plan; without a browser it is not opened. */
export async function measurePage(): Promise<{ section: Section; checked: Checked[] }> {
  const rows: Row[] = []
  const checked: Checked[] = []
  for (const [shape, name] of [
    ['in one folder', (at: number) => `data/a-rather-long-name-${at}.json`],
    ['in 2,800 folders', (at: number) => `data/part-${at % 400}/${at % 7}/a-rather-long-name-${at}.json`],
  ] as const) {
    const edits = Array.from({ length: changes }, (_, at) =>
      edit(name(at), { action: at % 2 === 0 ? 'add' : 'delete' }),
    )
    const plan = makePlan({ edits: bySide(edits) })
    const alone = await measureNodeAlone()
    const before = process.cpuUsage()
    const page = makeFile(plan)
    const { user, system } = process.cpuUsage(before)
    const cells: Record<string, Figure> = {
      cpu: { value: (user + system) / 1_000, unit: 'ms' },
      size: { value: Buffer.byteLength(page), unit: 'bytes' },
      ...(chromium !== null && { opened: { value: await measureOpening(page), unit: 'ms' } }),
    }
    const row = `page: ${changes.toLocaleString('en-GB')} changes ${shape}`
    rows.push({ name: row, cells, ...(chromium === null && { note: 'not opened: there is no Chromium here' }) })
    checked.push({ name: `${row}: size`, sense: 'most', limit: sizeMax, figure: cells['size']! })
    if (cells['opened'])
      checked.push({
        name: `${row}: opened against node alone`,
        sense: 'most',
        limit: openedMax,
        figure: { value: cells['opened'].value / alone.time, unit: 'ratio' },
      })
  }
  return { section: { title: 'a page to look at', columns: ['cpu', 'size', 'opened'], rows }, checked }
}
