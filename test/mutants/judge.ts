/** Asks, of each mutant, whether the test that it names fails with it. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Mutant } from './mutant.ts'
import { startRunner, type Runner } from './runner.ts'

const testFile = (file: string) => `test/${file}.test.ts`
const libFile = ({ file }: Mutant) => `lib/${file}`

/** The file's text with the mistake in it. Throws where the text does not stand there exactly once. */
export function plant(mutant: Mutant): string {
  const pieces = readFileSync(libFile(mutant), 'utf8').split(mutant.text)
  if (pieces.length !== 2)
    throw new Error(`${libFile(mutant)} holds ${pieces.length - 1} times what is replaced: ${mutant.text}`)
  return pieces.join(mutant.instead)
}

/** What is wrong with a mutant, seen without running anything; null for nothing. */
export function explainStale(mutant: Mutant): string | null {
  const [file, name] = mutant.killer
  try {
    if (plant(mutant) === readFileSync(libFile(mutant), 'utf8')) return 'it changes nothing'
    // Suites that several files run stand beside them.
    const folder = dirname(testFile(file))
    const texts = readdirSync(folder).filter((one) => one.endsWith('.ts'))
    const holds = (one: string) => readFileSync(`${folder}/${one}`, 'utf8').includes(name)
    return texts.some(holds) ? null : `${testFile(file)} has no test "${name}"`
  } catch (error) {
    return (error as Error).message
  }
}

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** The tests that some mutants name, without any mistake. Returns what is wrong with them. */
async function readGreen(runner: Runner, mutants: readonly Mutant[]): Promise<string[]> {
  const wrong: string[] = []
  for (const file of new Set(mutants.map(({ killer }) => killer[0]))) {
    const names = [...new Set(mutants.flatMap(({ killer }) => (killer[0] === file ? killer[1] : [])))]
    const { passed, failed, errors } = await runner.run({
      files: [testFile(file)],
      name: new RegExp(names.map(escape).join('|')),
    })
    wrong.push(...[...failed, ...errors].map((what) => `fails without any mistake: ${what}`))
    const missing = names.filter((name) => ![...passed, ...failed].some((title) => title.includes(name)))
    wrong.push(...missing.map((name) => `no test of ${testFile(file)} ran: ${name}`))
  }
  return wrong
}

/** What became of a mutant: null where the test that it names failed, else why it counts as alive. */
async function readAlive(runner: Runner, mutant: Mutant): Promise<string | null> {
  const [file, name] = mutant.killer
  const { failed, errors } = await runner.run({
    files: [testFile(file)],
    name: new RegExp(escape(name)),
    replaced: new Map([[libFile(mutant), plant(mutant)]]),
  })
  if (failed.length > 0) return null
  return `alive: ${mutant.breaks} (${libFile(mutant)}; ${testFile(file)}, ${name})${errors.map((one) => `\n${one}`).join('')}`
}

/** Runs the tests that the mutants name, first without any mistake. Returns what is wrong; `tell` hears of each mutant. */
export async function judgeMutants(
  mutants: readonly Mutant[],
  tell: (line: string) => void = () => {},
): Promise<string[]> {
  const runner = await startRunner()
  try {
    const wrong = await readGreen(runner, mutants)
    for (const mutant of mutants) {
      const startedMs = performance.now()
      const alive = await readAlive(runner, mutant)
      if (alive !== null) wrong.push(alive)
      tell(`${alive === null ? 'killed' : 'ALIVE '} ${Math.round(performance.now() - startedMs)} ms  ${mutant.breaks}`)
    }
    return wrong
  } finally {
    await runner.close()
  }
}
