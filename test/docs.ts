/** `npm run docs`: writes the outputs in the pages again, as the commands above them print today. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePage } from './docs/page.ts'
import { listPages, readScripts, root } from './docs/pages.ts'

for (const path of listPages()) {
  const page = readFileSync(join(root, path), 'utf8')
  const { page: written, problems } = await writePage(page, readScripts())
  for (const problem of problems) process.stderr.write(`${path} ${problem}\n`)
  if (problems.length > 0) process.exitCode = 1
  if (written !== page) writeFileSync(join(root, path), written)
}
