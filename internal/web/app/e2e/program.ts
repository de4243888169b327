// Starts the real program, and a real Neo4j, for tests in a browser.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = new URL('../../../../', import.meta.url).pathname

// The program is built once, by whoever runs the tests.
const zhitu = process.env.ZHITU ?? join(root, 'bin/zhitu')

export type Program = { url: string; port: number; log: () => string; stop: () => Promise<void>; kill: () => Promise<void> }

// start starts the server and waits until it listens.
export async function start(args: string[], port = 0, env: Record<string, string> = {}): Promise<Program> {
  const child = spawn(zhitu, ['serve', '--listen', `127.0.0.1:${port}`, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      log += chunk
      const serving = /"application":"([^"]+)\/"/.exec(log)
      if (serving?.[1]) resolve(serving[1])
    })
    child.on('exit', (code) => reject(new Error(`zhitu serve ended with ${code}: ${log}`)))
  })
  return { url, port: Number(new URL(url).port), log: () => log, stop: () => end(child, 'SIGTERM'), kill: () => end(child, 'SIGKILL') }
}

// run runs a command of the program to its end, and returns what it printed.
export async function run(args: string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(zhitu, args, { env: { ...process.env, ...env } })
  let out = ''
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (out += chunk))
  const code = await new Promise((resolve) => child.on('exit', resolve))
  if (code !== 0) throw new Error(`zhitu ${args.join(' ')} ended with ${code}: ${out}`)
  return out
}

// startNeo4j starts a real Neo4j with an empty store, and returns the name of the store.
export async function startNeo4j(): Promise<{ store: string; stop: () => Promise<void> }> {
  const dir = folder()
  const binary = join(dir.path, 'neo4j')
  await new Promise<void>((resolve, reject) => {
    spawn('go', ['build', '-o', binary, './internal/store/neo4jstore/neo4jtest/neo4j'], { cwd: root, stdio: 'inherit' }).on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`building the Neo4j launcher ended with ${code}`)),
    )
  })
  const child = spawn(binary, ['-port', String(await freePort()), '-dir', join(dir.path, 'data'), '-heap', '512m'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  const store = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk
      const ready = /(\w+:\/\/\S+) answers/.exec(out)
      if (ready?.[1]) resolve(ready[1])
    })
    child.on('exit', (code) => reject(new Error(`Neo4j ended with ${code}: ${out}`)))
  })
  return {
    store,
    stop: async () => {
      await end(child, 'SIGTERM')
      dir.remove()
    },
  }
}

export function folder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'zhitu-e2e-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.on('exit', () => resolve())
    child.kill(signal)
  })
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
