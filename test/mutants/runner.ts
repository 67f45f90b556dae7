/**
 * Vitest, started once and asked many times: it runs chosen tests while files of `lib/` are read in another form. Nothing on
 * the disk changes.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { createVitest, type TestModule } from 'vitest/node'

/** Files of `lib/`, and the texts that are loaded in their places. */
export type Replaced = ReadonlyMap<string, string>
export const nothingReplaced: Replaced = new Map()

/**
 * What became of the tests that ran, by their full names. `errors`: of files that could not be loaded, and of processes that
 * ended. `late`: they were ended, since they took too long. `metas`: what test files tell of themselves.
 */
export interface Ran {
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  readonly errors: readonly string[]
  readonly late: boolean
  readonly metas: readonly object[]
}

/** `name`: of the tests that run; null: all. */
interface Asked {
  readonly files: readonly string[]
  readonly name?: RegExp | null
  readonly replaced?: Replaced
}

export interface Runner {
  /** Runs tests until one fails. */
  readonly run: (asked: Asked) => Promise<Ran>
  readonly close: () => Promise<void>
}

/** `runner`: of vitest, in place of its own. `latestMs`: how long a run may take. */
export async function startRunner({ runner = '', latestMs = 3_600_000 } = {}): Promise<Runner> {
  let current = nothingReplaced
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
  const pids = join(folder, 'pids')
  const vitest = await createVitest(
    'test',
    {
      watch: false,
      reporters: [{}],
      bail: 1,
      ...(runner !== '' && { runner }),
      setupFiles: ['test/mutants/pids.ts'],
      env: { MUTANTS_PIDS: pids },
    },
    {
      plugins: [
        {
          name: 'mutants',
          enforce: 'pre',
          transform: (_code: string, id: string) => current.get(relative('.', id.split('?')[0]!)) ?? null,
        },
      ],
    },
  )
  await vitest.standalone()
  const project = vitest.getRootProject()
  const run = async ({ files, name = null, replaced = nothingReplaced }: Asked): Promise<Ran> => {
    for (const file of [...current.keys(), ...replaced.keys()]) vitest.invalidateFile(resolve(file))
    current = replaced
    writeFileSync(pids, '')
    let late = false
    // A loop without an end hears nothing.
    const timer = setTimeout(() => {
      late = true
      for (const pid of new Set(readFileSync(pids, 'utf8').split('\n')))
        if (pid !== '') process.kill(Number(pid), 'SIGKILL')
    }, latestMs)
    const specifications = files.map((file) =>
      project.createSpecification(resolve(file), name === null ? {} : { testNamePattern: name }),
    )
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false)
    clearTimeout(timer)
    // Vitest also tells what earlier runs came to.
    const chosen = new Set(specifications.map(({ moduleId }) => moduleId))
    return {
      ...collect(
        testModules.filter(({ moduleId }) => chosen.has(moduleId)),
        unhandledErrors,
      ),
      late,
    }
  }
  const close = async () => {
    await vitest.close()
    rmSync(folder, { recursive: true })
  }
  return { run, close }
}

function collect(modules: readonly TestModule[], errors: readonly unknown[]): Omit<Ran, 'late'> {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const listNames = (state: string) =>
    tests.filter((test) => test.result().state === state).map(({ fullName }) => fullName)
  return {
    passed: listNames('passed'),
    failed: listNames('failed'),
    errors: [...modules.flatMap((module) => module.errors().map(({ message }) => message)), ...errors.map(String)],
    metas: modules.map((module) => module.meta()),
  }
}
