/** The files that `init` writes: a workflow, and a file of pairs where there is more to say than a workflow does. */
import { UsageError } from '../model/errors.ts'
import { formatRepository } from '../model/repository.ts'
import { valuesOf } from '../model/sides.ts'
import { nameBranches } from './branches.ts'
import type { Values } from './flags.ts'
import type { Runs } from './options.ts'
import { pairKeys, pairNamePattern } from './pair-keys.ts'

/** What a mirror is set up with. `tool`: the repository of this program, with the commit that a workflow runs. */
export interface Setup {
  readonly values: Partial<Values>
  readonly trigger: 'schedule' | 'webhook'
  readonly tool: string
}

export interface NewFile {
  readonly path: string
  readonly text: string
}

/** Until somebody says where it is: no copy of this program knows where it came from. */
export const unknownTool = 'OWNER/hubmirror@COMMIT'
const [configPath, workflowPath] = ['.github/hubmirror.yml', '.github/workflows/hubmirror.yml']

/** What a workflow says by itself. */
const plainKeys: ReadonlySet<string> = new Set(['github', 'hf', 'branch'])

/** A text of YAML. Quoted where it could be anything but a text, such as a number, and where that is hard to see. */
const formatText = (text: string) =>
  /^(?!(?:null|true|false|yes|no|on|off|y|n)$)[a-z][\w./=-]*$/i.test(text) ? text : JSON.stringify(text)

/** The settings of a pair, by their long names, as a file of pairs has them. */
function listSettings(
  { values }: Setup,
  [{ repositories }]: Runs,
): [name: string, value: string | boolean | string[]][] {
  const ids = { github: formatRepository(repositories.github), hf: formatRepository(repositories.huggingface) }
  const { 'repo-type': _, ...rest } = { ...values, ...ids }
  return Object.entries(rest).filter(([name, value]) => value !== undefined && Object.hasOwn(pairKeys, name))
}

function formatConfig(settings: ReturnType<typeof listSettings>, name: string): string {
  const lines = settings.map(([key, value]) => {
    const text = Array.isArray(value) ? `[${value.map(formatText).join(', ')}]` : formatText(String(value))
    return `    ${key}: ${typeof value === 'boolean' ? value : text}`
  })
  return (
    '# What is mirrored, for the workflow and for a run in this folder. Keys are the long names of options.\n' +
    `pairs:\n  ${new RegExp(pairNamePattern).test(name) ? name : 'mirror'}:\n${lines.join('\n')}\n`
  )
}

/** GitHub's branches, whose pushes start the workflow. Throws a `UsageError` for a name that means something else there. */
function listBranches(runs: Runs): string[] {
  const strange = runs.flatMap(({ branches }) => valuesOf(branches)).find((name) => !/^\w[\w./-]*$/.test(name))
  if (strange === undefined) return runs.map(({ branches }) => branches.github)
  throw new UsageError(
    `Cannot write a workflow for the branch ${JSON.stringify(strange)}: only letters, digits and . _ / - stand for themselves there`,
  )
}

const schedules = {
  schedule: "'7,37 * * * *' }] # Off the full hour, when GitHub is busiest.",
  webhook: "'7 5,17 * * *' }] # Brings what got lost between the Hub and the relay.",
}

const checkout = `      # The file alone; your data is not cloned.
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
          sparse-checkout-cone-mode: false
          sparse-checkout: /${configPath}
`

/** As `.github/workflows/hubmirror.yml`, which people copy; a test compares them. `steps`: what stands before the action. */
function formatWorkflow(
  { tool, trigger }: Setup,
  branches: readonly string[],
  steps: string,
  inputs: readonly string[],
) {
  return `# Keeps this repository and one on Hugging Face equal, in both directions. It needs the secret HF_TOKEN.
name: hubmirror
on:
  push: { branches: [${branches.map(formatText).join(', ')}] }
  schedule: [{ cron: ${schedules[trigger]}
  repository_dispatch: { types: [hubmirror] } # From the relay: a push to the Hub.
  workflow_dispatch:
    inputs:
      dry_run: { type: boolean, description: 'Print the plan, write nothing' }
      take: { description: "Settle conflicts, such as README.md=github 'my data.csv=huggingface' notes/**=both" }
      arguments: { description: 'More options, such as --allow-delete' }
permissions: { contents: write } # Pushes made with it start no workflow, so the mirror does not set itself off.
concurrency: { group: "hubmirror\${{ inputs.dry_run && '-dry-run' || '' }}", cancel-in-progress: false }
jobs:
  mirror:
    runs-on: ubuntu-24.04
    timeout-minutes: 120
    steps:
${steps}      - uses: ${tool.replace('@', '/.github/actions/mirror@')}
        with:
${inputs.map((input) => `          ${input}\n`).join('')}          hf_token: \${{ secrets.HF_TOKEN }}
          dry_run: \${{ inputs.dry_run }}
          take: \${{ inputs.take }}
          arguments: \${{ inputs.arguments }}
`
}

/** The files that say what is mirrored and when. Throws a `UsageError` where they cannot. */
export function makeFiles(setup: Setup, runs: Runs): NewFile[] {
  const [{ repositories, branches }] = runs
  const settings = listSettings(setup, runs)
  const isByFile = runs.length > 1 || settings.some(([name]) => !plainKeys.has(name))
  const hub = formatRepository(repositories.huggingface)
  const inputs = isByFile
    ? [`config: ${configPath}`]
    : [`huggingface_repo_id: ${hub}`, `branch: ${formatText(nameBranches(branches))}`]
  const text = formatWorkflow(setup, listBranches(runs), isByFile ? checkout : '', inputs)
  const config = { path: configPath, text: formatConfig(settings, hub.split('/').at(-1)!) }
  return [{ path: workflowPath, text }, ...(isByFile ? [config] : [])]
}
