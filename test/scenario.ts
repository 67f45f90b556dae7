/** `npm run scenario -- "a sentence"`: begins an end-to-end test of what the sentence says. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = 'test/run'
const template = `${folder}/scenario.test.ts`
/** With more of them the line would be too long for the formatter. */
const lengthMax = 90

/** What stands where the template says what both sides hold. */
export const placeholder = 'fill in what both sides hold'

/**
 * Writes the test below `root` and returns what to do next. Throws an `Error`, and writes nothing, where the sentence is
 * none or where there is a test of that name.
 */
export function addScenario(root: string, sentence: string): string {
  const title = sentence.trim().replace(/\s+/g, ' ').replace(/\.$/, '')
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  if (!title.includes(' ') || name === '' || title.length > lengthMax)
    throw new Error(
      `Cannot add a scenario: its name has to be a sentence of at most ${lengthMax} characters, such as ` +
        'npm run scenario -- "a file that both sides deleted stays deleted"',
    )
  const path = `${folder}/${name}.test.ts`
  const quoted = title.includes("'") ? JSON.stringify(title) : `'${title.replaceAll('\\', '\\\\')}'`
  const text = readFileSync(join(root, template), 'utf8')
    .replace(/^\/\*\*.*\n/, '')
    .replace(/^test\('[^']*'/m, () => `test(${quoted}`)
    .replace(/\.toBe\('[^']*'\)/, `.toBe('${placeholder}')`)
  try {
    writeFileSync(join(root, path), text, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Error(`Cannot add a scenario: ${path} is there already; add a test to it, or say it in other words`, {
      cause: error,
    })
  }
  return [
    `${path} is ready: it runs, and fails until its last line says what both sides hold.`,
    `  npx vitest run ${path}`,
    'test/README.md tells of the helpers that set a scene and look at what came of it.',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${addScenario(process.cwd(), process.argv.slice(2).join(' '))}\n`)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
