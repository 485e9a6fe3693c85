import './styles/index.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { takeLinkToken } from './features/session/link-token.ts'
import { setSession } from './features/session/session-store.ts'

const linked = takeLinkToken(location, history)
if (linked !== null) setSession(linked)

const root = document.getElementById('root')
if (root === null) throw new Error('unable to start; the page has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
