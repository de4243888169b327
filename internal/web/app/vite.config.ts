import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { staticStyles } from './build/static-styles.ts'

// All links of the built page are relative: the server writes the base path into index.html.
export default defineConfig({
  base: './',
  plugins: [staticStyles(), react()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  build: {
    target: 'es2022',
    outDir: process.env.OUT ?? 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// }],
        },
      },
    },
  },
  server: { proxy: { '^/(graphql|csv|readyz|session|sign-in|sign-out|me/)': { target: process.env.API ?? 'http://127.0.0.1:8080', ws: true } } },
})
