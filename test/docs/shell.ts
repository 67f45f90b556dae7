/** The commands of a block of shell, as far as pages use a shell: words, quotation marks, variables that are set. */

export interface Command {
  /** What is set for this command, or by `export` for those that follow. */
  readonly env: Readonly<Record<string, string>>
  /** The program, and what it is given. */
  readonly words: readonly string[]
  /** Files that get what is written to 1 (stdout) and 2 (stderr). */
  readonly files: { readonly 1?: string; readonly 2?: string }
}

const piece =
  /'([^']*)'|"((?:[^"\\$`]|\\.)*)"|\\(.)|(?<=\s)([12]?)>|([^\s'"\\;|&<>$`#()*?[\]{}~]+|(?<=\S)#)|([;\n]|&&)|(#[^\n]*)|(\s)/suy

/** Throws for what these pages do not use: substitutions, pipes, globs. */
export function readCommands(script: string): Command[] {
  const commands: Command[] = []
  let words: string[] = []
  let word: string | null = null
  let files: Record<string, string> = {}
  let target: string | null = null
  const endWord = () => {
    if (word !== null && target === null) words.push(word)
    if (word !== null && target !== null) [files[target], target] = [word, null]
    word = null
  }
  const endCommand = () => {
    endWord()
    const first = words.findIndex((each) => !/^\w+=/.test(each))
    const isExport = words[first] === 'export'
    const settings = isExport ? words.slice(first + 1) : words.slice(0, first === -1 ? undefined : first)
    const env = Object.fromEntries(settings.map((each) => each.split(/=(.*)/s, 2) as [string, string]))
    if (words.length > 0)
      commands.push({ env, files, words: isExport || first === -1 ? ['export'] : words.slice(first) })
    words = []
    files = {}
  }
  const text = script.replaceAll('\\\n', ' ')
  piece.lastIndex = 0
  while (piece.lastIndex < text.length) {
    const at = piece.lastIndex
    const found = piece.exec(text)
    if (found === null) throw new Error(`The shell of pages has no ${JSON.stringify(text.slice(at).split('\n')[0])}`)
    const [, single, double, escaped, stream, plain, end, comment, blank] = found
    const part = single ?? double?.replaceAll(/\\(.)/gs, '$1') ?? escaped ?? plain
    if (part !== undefined) word = (word ?? '') + part
    else if (blank !== undefined || comment !== undefined) endWord()
    else if (end !== undefined) endCommand()
    else if (stream !== undefined) target = stream === '' ? '1' : stream
  }
  endCommand()
  return commands
}
