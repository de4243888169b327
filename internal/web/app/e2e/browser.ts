// What tests do in a browser: they look for what a person sees, by role and name.
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Locator, type Page, request } from 'playwright-core'
import { tabInto, useByKeys } from './keys.ts'

const executablePath = [process.env.CHROME, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path))

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

// The people of the sample company, by what they are.
export const people = { employee: 'E007', manager: 'E008', trainer: 'E017', hr: 'E039', expert: 'E005', auditor: 'E033', admin: 'E027' } as const

export type Role = keyof typeof people
export type Language = 'zh-CN' | 'en'

// ask asks the server as a person, beside what they do in a browser.
export async function ask<Answer>(url: string, who: Role, query: string, variables: object = {}): Promise<Answer> {
  const client = await request.newContext({ extraHTTPHeaders: { Origin: url } })
  try {
    await client.post(`${url}/sign-in`, { form: { employee: people[who] } })
    const { data, errors } = await (await client.post(`${url}/graphql`, { data: { query, variables } })).json()
    if (errors) throw new Error(`${who} was answered ${JSON.stringify(errors)}`)
    return data
  } finally {
    await client.dispose()
  }
}

// upload plans the import of a file as a person, and waits for its end.
export async function upload(url: string, who: Role, name: string, content: string): Promise<void> {
  const client = await request.newContext({ extraHTTPHeaders: { Origin: url } })
  try {
    await client.post(`${url}/sign-in`, { form: { employee: people[who] } })
    const query = 'mutation($input: PlanImportInput!) { planImport(input: $input) { job { number } userErrors { message } } }'
    const multipart = {
      operations: JSON.stringify({ query, variables: { input: { files: [null] } } }),
      map: '{"file": ["variables.input.files.0"]}',
      file: { name, mimeType: 'text/csv', buffer: Buffer.from(content) },
    }
    const { data } = await (await client.post(`${url}/graphql`, { multipart })).json()
    const number = data.planImport.job.number
    for (let state = 'WAITING'; state === 'WAITING' || state === 'RUNNING'; await new Promise((next) => setTimeout(next, 50)))
      state = (await ask<{ importJob: { state: string } }>(url, who, `{ importJob(number: ${number}) { state } }`)).importJob.state
  } finally {
    await client.dispose()
  }
}

// Visit is one person in one browser. It notes what no page may do: errors, refusals by the
// policy of the page, requests to other hosts. It counts what the person does.
export class Visit {
  readonly faults: string[] = []
  acts = 0
  questions = 0
  private underWay = 0
  readonly page: Page
  private readonly context: BrowserContext
  private readonly touches: boolean
  readonly url: string
  byKeys = false // whether everything is done by keyboard

  private constructor(page: Page, context: BrowserContext, url: string, touches: boolean) {
    this.page = page
    this.touches = touches
    this.context = context
    this.url = url
    page.on('console', (message) => {
      // A refusal of a question is an answer; the browser logs its status.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) this.faults.push(message.text())
    })
    page.on('pageerror', (error) => this.faults.push(String(error)))
    page.on('requestfinished', () => this.underWay--)
    page.on('requestfailed', () => this.underWay--)
    page.on('request', (request) => {
      this.underWay++
      const target = new URL(request.url())
      if (!['data:', 'blob:'].includes(target.protocol) && target.origin !== url) this.faults.push(`request to ${request.url()}`)
      if (target.pathname.endsWith('/graphql') && request.method() === 'POST') this.questions++
    })
  }

  static async begin(browser: Browser, url: string, who: Role | null, language: Language = 'zh-CN', width = 1280): Promise<Visit> {
    const phone = width < 600
    const context = await browser.newContext({ locale: language, viewport: { width, height: phone ? 844 : 900 }, hasTouch: phone })
    const visit = new Visit(await context.newPage(), context, url, phone)
    if (who) await context.request.post(`${url}/sign-in`, { form: { employee: people[who] }, headers: { Origin: url } })
    return visit
  }

  async open(path: string): Promise<void> {
    this.acts = 0
    this.questions = 0
    await this.page.goto(this.url + path)
    await this.settle()
  }

  // settle waits until nothing is loading: no request is under way, and none follows at once.
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet = this.underWay === 0 ? quiet + 1 : 0) await this.page.waitForTimeout(50)
    await this.page.locator('main .ant-skeleton').first().waitFor({ state: 'detached', timeout: 90_000 })
  }

  async reload(): Promise<void> {
    await this.page.reload()
    await this.settle()
  }

  async click(target: Locator, options?: { position: { x: number; y: number } }): Promise<void> {
    this.acts++
    if (this.byKeys) return useByKeys(this.page, target)
    await (this.touches ? target.tap(options) : target.click(options))
  }

  // fill writes into a field. Typing does not count as an act.
  async fill(field: Locator, text: string): Promise<void> {
    if (!this.byKeys) return field.fill(text)
    await tabInto(this.page, field)
    await this.page.keyboard.press('ControlOrMeta+A')
    await this.page.keyboard.type(text)
  }

  // choose opens a list and clicks what it offers.
  async choose(list: Locator, option: string): Promise<void> {
    await this.click(list)
    await this.click(this.option(option))
  }

  // entry is an entry of the navigation.
  entry(name: string): Locator {
    return this.page.locator('#navigation').getByRole('link', { name, exact: true })
  }

  option(text: string): Locator {
    return this.page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: text }).first()
  }

  // said waits for the message that follows an act.
  async said(text: string | RegExp): Promise<void> {
    await this.page.locator('.ant-message').getByText(text).first().waitFor()
  }

  async press(key: string): Promise<void> {
    this.acts++
    await this.page.keyboard.press(key)
  }

  // tabTo goes on to a control by the key Tab. How far that is does not count as acts.
  async tabTo(target: Locator, most = 120): Promise<void> {
    await target.waitFor()
    for (let i = 0; i < most; i++) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await this.page.keyboard.press('Tab')
    }
    throw new Error(`${target} has no focus after ${most} times Tab`)
  }

  async end(): Promise<void> {
    await this.context.close()
  }
}
