/**
 * Vitest, started once and asked many times: it runs chosen tests while one file of `lib/` is read in another form.
 * Nothing on the disk changes.
 */
import { resolve } from 'node:path'
import { createVitest, type TestCase, type TestModule } from 'vitest/node'

/** A file of `lib/`, and the text that is loaded in its place. */
export type Replacement = { readonly file: string; readonly source: string }

/** What became of the tests that ran, by their full names. */
export type Ran = { readonly passed: string[]; readonly failed: string[]; readonly errors: string[] }

export type Runner = {
  /** Runs the tests of these files whose full names match; `replaced` holds what is loaded otherwise. */
  readonly run: (files: readonly string[], name: RegExp | null, replaced: Replacement | null) => Promise<Ran>
  readonly close: () => Promise<void>
}

export async function startRunner(): Promise<Runner> {
  let current: Replacement | null = null
  const vitest = await createVitest(
    'test',
    { watch: false, reporters: [{}], bail: 1 },
    {
      plugins: [
        {
          name: 'mutant',
          enforce: 'pre',
          transform: (_code: string, id: string) =>
            current !== null && id.split('?')[0] === resolve(current.file) ? current.source : null,
        },
      ],
    },
  )
  await vitest.standalone()
  const project = vitest.getRootProject()
  return {
    run: async (files, name, replaced) => {
      for (const each of [current, replaced]) if (each !== null) vitest.invalidateFile(resolve(each.file))
      current = replaced
      const specifications = files.map((file) =>
        project.createSpecification(resolve(file), name === null ? {} : { testNamePattern: name }),
      )
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false)
      // Vitest also tells what earlier runs came to.
      const chosen = new Set(specifications.map(({ moduleId }) => moduleId))
      return collect(
        testModules.filter(({ moduleId }) => chosen.has(moduleId)),
        unhandledErrors,
      )
    },
    close: () => vitest.close(),
  }
}
function collect(modules: TestModule[], errors: readonly unknown[]): Ran {
  const tests: TestCase[] = modules.flatMap((module) => [...module.children.allTests()])
  const names = (state: string) => tests.filter((each) => each.result().state === state).map((each) => each.fullName)
  return {
    passed: names('passed'),
    failed: names('failed'),
    errors: [...modules.flatMap((m) => m.errors().map((e) => e.message)), ...errors.map(String)],
  }
}
