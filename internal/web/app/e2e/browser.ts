// What tests do in a browser: they look for what a person sees, by role and name.
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'

const executablePath = [process.env.CHROME, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path))

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

// The people of the sample company, by what they are.
export const people = { employee: 'E007', manager: 'E008', trainer: 'E017', hr: 'E039', expert: 'E005', auditor: 'E033', admin: 'E027' } as const

export type Role = keyof typeof people
export type Language = 'zh-CN' | 'en'

// Visit is one person in one browser. It notes what no page may do: errors, refusals by the
// policy of the page, requests to other hosts. It counts what the person does.
export class Visit {
  readonly faults: string[] = []
  acts = 0
  questions = 0
  readonly page: Page
  private readonly context: BrowserContext
  readonly url: string

  private constructor(page: Page, context: BrowserContext, url: string) {
    this.page = page
    this.context = context
    this.url = url
    page.on('console', (message) => {
      // A refusal of a question is an answer; the browser logs its status.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) this.faults.push(message.text())
    })
    page.on('pageerror', (error) => this.faults.push(String(error)))
    page.on('request', (request) => {
      const target = new URL(request.url())
      if (!['data:', 'blob:'].includes(target.protocol) && target.origin !== url) this.faults.push(`request to ${request.url()}`)
      if (target.pathname.endsWith('/graphql') && request.method() === 'POST') this.questions++
    })
  }

  static async begin(browser: Browser, url: string, who: Role | null, language: Language = 'zh-CN', width = 1280): Promise<Visit> {
    const context = await browser.newContext({ locale: language, viewport: { width, height: width < 600 ? 844 : 900 } })
    const visit = new Visit(await context.newPage(), context, url)
    if (who) await context.request.post(`${url}/sign-in`, { form: { employee: people[who] }, headers: { Origin: url } })
    return visit
  }

  async open(path: string): Promise<void> {
    this.acts = 0
    this.questions = 0
    await this.page.goto(this.url + path)
    await this.settle()
  }

  // settle waits until nothing is loading.
  async settle(): Promise<void> {
    await this.page.waitForLoadState('networkidle')
    await this.page.locator('main .ant-skeleton').first().waitFor({ state: 'detached' })
  }

  async click(target: Locator): Promise<void> {
    this.acts++
    await target.click()
  }

  async press(key: string): Promise<void> {
    this.acts++
    await this.page.keyboard.press(key)
  }

  async end(): Promise<void> {
    await this.context.close()
  }
}
