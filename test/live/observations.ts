/**
 * What the live services were seen to do: told at the end, and never asserted. The list is that of the README's "What
 * is proven, and what is not".
 */

const subjects = {
  lag: 'How long reads lag behind writes',
  updateRefs: 'Whether `updateRefs` is open to this token',
  pushes: 'Whether a push moves a branch',
  dangling: 'Whether pointers without objects are refused',
  weak: 'Which error a token without write permission gets',
} as const

export type Subject = keyof typeof subjects

export class Observations {
  readonly #seen = new Map<Subject, Set<string>>()

  add(subject: Subject, what: string): void {
    this.#seen.set(subject, (this.#seen.get(subject) ?? new Set()).add(what))
  }

  list(subject: Subject): string[] {
    return [...(this.#seen.get(subject) ?? [])]
  }

  #formatSeen(subject: Subject): string {
    const seen = this.list(subject)
    return `  - ${seen.length > 0 ? seen.join('\n  - ') : 'not observed'}`
  }

  format(): string {
    const lines = (Object.keys(subjects) as Subject[]).flatMap((subject) => [
      `${subjects[subject]}:`,
      this.#formatSeen(subject),
    ])
    return ['', 'Observed on the live services', ...lines, ''].join('\n')
  }
}

/** The network, with an ear for what GitHub says to what moves branches. */
export function watchMoves(network: typeof fetch, observations: Observations): typeof fetch {
  return async (input, init) => {
    const answer = await network(input, init)
    if (typeof init?.body === 'string' && init.body.includes('updateRefs('))
      observations.add('updateRefs', parseVerdict(answer.status, await answer.clone().text()))
    if (String(input).endsWith('/git-receive-pack')) {
      const [said = 'nothing'] = /(?:ok|ng) (?=refs\/heads).*/.exec(await answer.clone().text()) ?? []
      observations.add('pushes', `answered ${answer.status}: ${said}`)
    }
    return answer
  }
}

function parseVerdict(status: number, text: string): string {
  try {
    const { errors = [], message } = JSON.parse(text) as {
      errors?: { type?: string; message?: string }[]
      message?: string
    }
    if (status === 200 && errors.length === 0) return 'allowed'
    const said = errors.map(
      ({ type = 'no type', message: sentence = '' }) =>
        `${type} "${sentence.replace(/[0-9a-f]{40}/g, '<oid>').replace(/contract-[\w-]+/g, '<branch>')}"`,
    )
    return `answered ${status}: ${said.join(', ') || message || 'nothing'}`
  } catch {
    return `answered ${status} without JSON`
  }
}
