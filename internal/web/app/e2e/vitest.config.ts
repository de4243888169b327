import { defineConfig } from 'vitest/config'

// Tests in a browser take turns: they share two processors with the program.
export default defineConfig({
  test: { include: [process.env.SCREENSHOTS ? 'e2e/screenshots.ts' : 'e2e/**/*.test.ts'], fileParallelism: false, testTimeout: 120_000, hookTimeout: 300_000 },
})
