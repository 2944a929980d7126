import type { CodeFile, CodeFor } from './code-for.ts'
import { pythonObject, text } from './literals.ts'

export function pythonCode({ apiUrl, action, custom }: CodeFor): CodeFile {
  return {
    title: 'server.py – needs nothing but Python: python3 server.py',
    code: `import base64, json, os, re, sys, urllib.request, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

API = ${text(apiUrl)}
KEY = base64.b64encode((os.environ["SALLYPORT_API_SECRET_KEY"] + ":").encode()).decode()
waiting = {}  # what users are about to do; yours is in your database


def call(path, body):
    headers = {"content-type": "application/json", "authorization": "Basic " + KEY}
    request = urllib.request.Request(API + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def enrol(user_id, seen, sent):
    """A user whom you have signed in adds a passkey."""
    return call(f"/users/{user_id}/actions/enroll-passkey", {**seen, "scope": "add:authenticators"})


def ask(user_id, seen, sent):
    """Ask before you act."""
    order = {"idempotencyKey": str(uuid.uuid4()), "custom": ${pythonObject(custom)}}
    waiting[user_id] = order
    asked = call(f"/users/{user_id}/actions/" + ${text(action)}, {**seen, **order})
    for warning in asked.get("warnings", []):
        print(warning["message"], file=sys.stderr)
    # ALLOW: act now. CHALLENGE_REQUIRED: the browser answers with the token. Everything else: stop.
    return asked


def approve(user_id, seen, sent):
    """The browser has answered: is it an approval of this very order?"""
    approval = call("/validate", {"token": sent["token"], "userId": user_id, "action": ${text(action)}, **waiting[user_id]})
    # approval["isValid"]: act now.
    return approval


steps = {"/sallyport/enrol": enrol, "/sallyport/ask": ask, "/sallyport/approve": approve}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        step = steps.get(self.path)
        if step is None:
            return self.send_error(404)
        sent = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or "{}")
        device = re.search("__sp_did=([^;]+)", self.headers.get("cookie") or "")
        seen = {
            "ipAddress": self.client_address[0],  # behind a proxy: what that says of its client
            "userAgent": self.headers.get("user-agent"),
            "deviceId": device and device.group(1),
        }
        answer = json.dumps(step("ada", seen, sent)).encode()  # the user of your own session
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


ThreadingHTTPServer(("", int(os.environ.get("PORT", 3001))), Handler).serve_forever()
`,
  }
}
