/** What GitHub refuses: whether a token, the repository or a rule is in the way, and what the reader is told to do. */
import { describe, expect, test } from 'vitest'
import type { Api } from '../../lib/github/api.ts'
import { createFailure } from '../../lib/github/failure.ts'
import { DeniedError, RefusedError } from '../../lib/model/errors.ts'

const api = { token: 'ghp_writer0123456789', tokenName: 'GITHUB_TOKEN' } as Api
const fail = (status: number, message: string, needs: 'read' | 'write') =>
  createFailure(api, 'do it', { status, headers: new Headers(), data: { message } }, needs)

describe.each(['read', 'write'] as const)('what keeps every token from the repository, on a %s', (needs) => {
  test.each([
    [403, 'Repository access blocked', /GitHub has closed this repository or account, whatever the token/],
    [403, 'Sorry. Your account was suspended', /GitHub has closed this repository or account/],
    [451, 'Repository access blocked', /GitHub has closed this repository or account/],
    [403, 'The repository is disabled because of billing', /GitHub has closed this repository or account/],
    [
      403,
      'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled',
      /run it on a machine that is on the list/,
    ],
  ])('%i "%s" is no matter of its permissions', (status, message, says) => {
    const error = fail(status, message, needs)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error.message).toMatch(says)
    expect(error.message).not.toContain('permissions')
  })

  test('single sign-on is a matter of the token, and of no permission', () => {
    const error = fail(
      403,
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
      needs,
    )
    expect(error).toBeInstanceOf(DeniedError)
    expect(error.message).toContain("authorize GITHUB_TOKEN for the organization's single sign-on")
  })

  test('any other 403 is a matter of its permissions', () => {
    const error = fail(403, 'Resource not accessible by integration', needs)
    expect(error).toBeInstanceOf(DeniedError)
    expect(error.message).toMatch(/GITHUB_TOKEN may not do this: it needs/)
  })
})
