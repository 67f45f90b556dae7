/** What people see of what a step prints: no command that is carried out, and no secret. */
import { listCommands, type Command } from '../cli/runner-commands.ts'

/** `lines`: the log as people see it. */
export interface Log {
  readonly commands: readonly Command[]
  readonly lines: readonly string[]
}

/** Reads lines in the order in which they were printed. `secrets`: those that the runner knows before. */
export function readLog(printed: readonly string[], secrets: readonly string[]): Log {
  const masks = [...secrets]
  const commands: Command[] = []
  const lines: string[] = []
  for (const line of printed) {
    const [command] = listCommands(line)
    if (command !== undefined) commands.push(command)
    if (command?.name === 'add-mask') masks.push(command.data)
    // It is swallowed; of others the log shows what they say.
    if (command?.name === 'add-mask') continue
    const shown = command?.data ?? line
    lines.push(masks.filter((mask) => mask !== '').reduce((rest, mask) => rest.replaceAll(mask, '***'), shown))
  }
  return { commands, lines }
}
