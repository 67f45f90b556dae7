/** What is pushed to the Hub with git: branches alone, whole objects, and nothing that its hooks refuse. */
import { ObjectStore } from './git.ts'
import { formatLine, parseCommands, parsePack } from './github-push.ts'
import { Refusal } from './huggingface-answer.ts'
import { requireWrite, type Call } from './huggingface-call.ts'
import { checkPush } from './huggingface-edits.ts'
import { Response } from './message.ts'

export async function receivePack(call: Call): Promise<Response> {
  requireWrite(call)
  const { repository, request } = call
  const { commands, pack } = parseCommands(Buffer.from(await request.arrayBuffer()))
  const brought = new ObjectStore()
  for (const { type, body } of parsePack(pack)) brought.write(type, body)
  const lines = commands.map(({ before, after, ref }) => {
    const branch = ref.replace('refs/heads/', '')
    if (repository.head(branch) !== before) return `ng ${ref} failed to update ref\n`
    repository.git.copy(brought)
    try {
      checkPush(repository, repository.readFiles(before), new Map(repository.readFiles(after)), branch)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return `ng ${ref} pre-receive hook declined\n`
    }
    repository.move(branch, after)
    return `ok ${ref}\n`
  })
  const report = ['unpack ok\n', ...lines].map((line) => formatLine(Buffer.from(line)))
  return new Response(new Uint8Array(Buffer.concat([...report, Buffer.from('0000')])), {
    headers: { 'Content-Type': 'application/x-git-receive-pack-result' },
  })
}
