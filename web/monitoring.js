// Live uploads: one snapshot by REST, then changes over one channel that resumes where it stopped.
// A small page on the broker's own protocol (vsn 2.0.0), without dependencies.

const kept = sessionStorage
const rows = new Map()          // id → row
const elements = new Map()      // id → <tr>
const find = (id) => document.getElementById(id)
const active = (row) => ['pending', 'uploading', 'retrying'].includes(row.status)

let token = kept.getItem('token')
let cursor = null               // { sequence, epoch } of what the page shows
let socket = null
let delay = 500
let ref = 0
const waiting = new Map()       // ref → resolve

async function signIn() {
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (code) {
    history.replaceState(null, '', location.pathname)
    const answer = await fetch('/auth/v1/exchange', { method: 'POST', body: JSON.stringify({ code }) })
    if (answer.ok) keep((await answer.json()).access_token)
  }
  find('sign-in').hidden = Boolean(token)
  if (token) start()
  else say('Sign in to see the uploads.')
}

function keep(value) {
  token = value
  if (value) kept.setItem('token', value)
  else kept.removeItem('token')
}

function say(text, lost = false) {
  find('state').textContent = text
  find('state').className = lost ? 'lost' : ''
}

async function start() {
  const since = new Date(Date.now() - 86400e3).toISOString()
  const answer = await fetch(`/rest/v1/upload_queue?select=*,profiles(email)&started_at=gte.${since}&order=started_at.desc`, {
    headers: { Authorization: `Bearer ${token}` },
  }).catch(() => null)
  if (answer?.status === 401) return signOut('Your sign-in has ended.')
  if (!answer?.ok) return retry()
  cursor = { sequence: Number(answer.headers.get('Sluice-Sequence')), epoch: answer.headers.get('Sluice-Epoch') }
  rows.clear()
  for (const row of await answer.json()) rows.set(row.id, row)
  show()
  connect()
}

function signOut(why) {
  keep(null)
  find('sign-in').hidden = false
  say(why, true)
}

function connect() {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  socket = new WebSocket(`${scheme}://${location.host}/realtime/v1/websocket?vsn=2.0.0&apikey=${encodeURIComponent(token)}`)
  socket.onopen = async () => {
    const binding = { event: '*', schema: 'public', table: 'upload_queue', since: cursor.sequence, epoch: cursor.epoch }
    const reply = await send('phx_join', { config: { postgres_changes: [binding] } }, 'realtime:monitoring')
    if (reply.status !== 'ok') return signOut(reply.response.reason ?? 'The broker refused the channel.')
    delay = 500
    say('Live')
  }
  socket.onmessage = ({ data }) => receive(JSON.parse(data))
  socket.onclose = retry
}

function retry() {
  say('Connection lost: what you see is not live. Coming back…', true)
  setTimeout(() => (cursor ? connect() : start()), delay * (0.5 + Math.random()))
  delay = Math.min(delay * 2, 10000)
}

function send(event, payload, topic = 'realtime:monitoring') {
  const mine = String(++ref)
  socket.send(JSON.stringify(['1', mine, topic, event, payload]))
  return new Promise((resolve) => waiting.set(mine, resolve))
}

setInterval(() => { if (socket?.readyState === WebSocket.OPEN) send('heartbeat', {}, 'phoenix') }, 25000)

function receive([, mine, , event, payload]) {
  if (event === 'phx_reply') {
    waiting.get(mine)?.(payload)
    waiting.delete(mine)
  } else if (event === 'postgres_changes') {
    const { data } = payload
    cursor = { sequence: data.sequence, epoch: data.epoch }
    if (data.type === 'DELETE') rows.delete(data.old_record.id)
    else rows.set(data.record.id, { ...rows.get(data.record.id), ...data.record })
    schedule()
  } else if (event === 'system' && payload.message === 'resync_required') {
    start()
  } else if (event === 'phx_error' || event === 'phx_close') {
    socket.close()
  }
}

let scheduled = false
function schedule() {
  if (!scheduled) requestAnimationFrame(() => { scheduled = false; show() })
  scheduled = true
}

function show() {
  for (const [id, element] of elements) {
    if (rows.has(id)) continue
    element.remove()
    elements.delete(id)
  }
  for (const row of rows.values()) paint(row)
  const busy = [...rows.values()].filter(active).length
  find('stop-all').hidden = busy === 0
  find('empty').hidden = rows.size > 0
  document.title = `${busy} active: Sluice`
}

function paint(row) {
  let element = elements.get(row.id)
  if (!element) {
    element = document.createElement('tr')
    element.innerHTML = '<td class="title"></td><td></td><td class="status"></td><td><progress max="100"></progress></td><td></td><td></td>'
    elements.set(row.id, element)
    find('rows').prepend(element)
  }
  const [title, user, status, progress, speed, action] = element.children
  title.textContent = title.title = row.video_title ?? row.filename
  user.textContent = row.profiles?.email ?? row.user_id ?? ''
  status.textContent = told(row)
  status.className = `status ${row.status}`
  progress.firstChild.value = row.progress ?? 0
  progress.firstChild.setAttribute('aria-label', `${row.progress ?? 0} %`)
  speed.textContent = row.status === 'uploading' && row.upload_speed ? `${row.upload_speed.toFixed(1)} MB/s` : ''
  if (active(row) === Boolean(action.firstChild)) return
  action.replaceChildren(...(active(row) ? [button(row)] : []))
}

// A stop is in force at once; whether the phone obeyed is known when it has confirmed.
function told(row) {
  if (row.status !== 'stopped') return row.status
  if (!row.stop_acknowledged_at) return row.late_writes ? `stopped, still sending (${row.late_writes} late writes)` : 'stopped, not confirmed yet'
  return `stopped, confirmed in ${new Date(row.stop_acknowledged_at) - new Date(row.stopped_at)} ms`
}

function button(row) {
  const element = document.createElement('button')
  element.type = 'button'
  element.textContent = 'Stop'
  element.setAttribute('aria-label', `Stop ${row.video_title ?? row.filename}`)
  element.onclick = () => command('stop_upload', { upload_id: row.id })
  return element
}

async function command(name, values) {
  const reply = await send('rpc', { event: name, payload: values })
  if (reply.status !== 'ok') alert(reply.response.message)
  return reply
}

find('stop-all').onclick = async () => {
  const ids = [...rows.values()].filter(active).map((row) => row.id)
  if (prompt(`Type ${ids.length} to stop ${ids.length} uploads`) !== String(ids.length)) return
  for (const id of ids) await command('stop_upload', { upload_id: id })
}
find('sign-in').onsubmit = (event) => {
  event.preventDefault()
  keep(find('token').value.trim())
  signIn()
}
signIn()
