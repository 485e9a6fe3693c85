import { MAX_NAME_BYTES, utf8Length } from '@holdfast/protocol'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { ThemeToggle } from '../../ui/theme-toggle.tsx'
import { signInAsGuest } from './guest.ts'
import { setSession } from './session-store.ts'

type Phase =
  | { readonly kind: 'asking'; readonly error: string | null }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'no-guests' }

/** The first page: a name is all it takes, where the server welcomes guests. */
export function SignInPage(): ReactNode {
  const [phase, setPhase] = useState<Phase>({ kind: 'asking', error: null })
  const signIn = async (name: string) => {
    setPhase({ kind: 'waiting' })
    const answer = await signInAsGuest(name)
    if (answer.kind === 'signed-in') setSession({ token: answer.session.token, name: answer.session.user.name })
    else setPhase(answer.kind === 'no-guests' ? answer : { kind: 'asking', error: answer.words })
  }
  return (
    <main className="hf-sign-in">
      <div className="hf-sign-in-corner">
        <ThemeToggle />
      </div>
      <div className="hf-sign-in-card">
        <Mark className="hf-sign-in-mark" />
        <h1 className="hf-sign-in-title">Holdfast</h1>
        <p className="hf-sign-in-lead">Room messaging that never loses its place.</p>
        {phase.kind === 'no-guests' ? (
          <NoGuests />
        ) : (
          <NameForm
            waiting={phase.kind === 'waiting'}
            error={phase.kind === 'asking' ? phase.error : null}
            onName={signIn}
          />
        )}
      </div>
    </main>
  )
}

interface NameFormProps {
  readonly waiting: boolean
  readonly error: string | null
  readonly onName: (name: string) => void
}

function NameForm({ waiting, error, onName }: NameFormProps): ReactNode {
  const [name, setName] = useState('')
  const [blank, setBlank] = useState(false)
  const fieldId = useId()
  const problem = blank ? 'Enter a name, so that others know who is speaking.' : error
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const trimmed = name.trim()
    setBlank(trimmed === '')
    if (trimmed !== '' && !waiting) onName(trimmed)
  }
  return (
    <form className="hf-form" onSubmit={submit} noValidate>
      <label className="hf-label" htmlFor={fieldId}>
        Your name
      </label>
      <input
        id={fieldId}
        className="hf-input"
        value={name}
        onChange={event => {
          if (utf8Length(event.target.value) <= MAX_NAME_BYTES) setName(event.target.value)
        }}
        autoComplete="nickname"
        aria-invalid={problem !== null}
        aria-describedby={`${fieldId}-problem`}
        placeholder="Ana Souza"
      />
      <p className="hf-problem" id={`${fieldId}-problem`} role="alert">
        {problem}
      </p>
      <Button look="primary" type="submit" aria-disabled={waiting}>
        {waiting ? 'Signing in…' : 'Continue as guest'}
      </Button>
      <p className="hf-hint">No account needed. This device remembers you until you sign out.</p>
    </form>
  )
}

function NoGuests(): ReactNode {
  return (
    <section className="hf-no-guests" role="alert">
      <h2 className="hf-subtitle">This server does not take guests</h2>
      <p>
        It recognises people by the application it belongs to. Open Holdfast from there, or with a link that ends in
        <code className="hf-code">#token=…</code>
      </p>
      <p className="hf-hint">
        Do you run it? Guest sign-in is on when no <code className="hf-code">HOLDFAST_JWT_SECRET</code> and no
        <code className="hf-code">HOLDFAST_JWKS_URL</code> is set.
      </p>
    </section>
  )
}
