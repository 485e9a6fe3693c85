import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import packageJson from './package.json' with { type: 'json' }

/** Where `vite dev` finds a server to talk to; the built app talks to the one that served it. */
const SERVER = 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  define: { __APP_VERSION__: JSON.stringify(packageJson.version) },
  resolve: { conditions: ['holdfast-source', 'module', 'browser', 'development|production'] },
  build: {
    // The first versions with light-dark() and nesting: what the styles are written in is what is shipped.
    target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
    // Nothing is inlined: the page is served under a policy that loads from its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': { target: SERVER, ws: true } } },
})
