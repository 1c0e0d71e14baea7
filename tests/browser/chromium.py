"""Headless Chromium, driven over its debugging pipe with nothing but the standard library."""
import base64
import json
import os
import select
import subprocess
import time

FLAGS = ('--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-quic '
         '--disable-background-networking --disable-component-update --disable-sync --hide-scrollbars '
         '--remote-debugging-pipe --enable-logging=stderr').split()


class Chromium:
    """One browser with one page. Every console message, error and request is kept."""

    def __init__(self, folder):
        self.log = os.path.join(folder, 'chromium.log')
        to_child, from_child = os.pipe(), os.pipe()
        # Chromium reads at 3 and writes at 4: a shell puts them there.
        line = f'exec chromium "$@" 3<&{to_child[0]} 4>&{from_child[1]}'
        command = ['/bin/sh', '-c', line, 'sh', *FLAGS, '--host-resolver-rules=MAP * ~NOTFOUND',
                   '--user-data-dir=' + os.path.join(folder, 'profile'), 'about:blank']
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log,
                                            pass_fds=(to_child[0], from_child[1]))
        os.close(to_child[0])
        os.close(from_child[1])
        self.write, self.read = to_child[1], from_child[0]
        self.rest, self.count, self.session, self.events = b'', 0, None, []
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(domain + '.enable')

    def next_message(self, until):
        while b'\0' not in self.rest:
            if not select.select([self.read], [], [], max(0, until - time.monotonic()))[0]:
                return None
            more = os.read(self.read, 1 << 20)
            if not more:
                raise RuntimeError('chromium ended; its log: ' + self.log)
            self.rest += more
        line, self.rest = self.rest.split(b'\0', 1)
        message = json.loads(line)
        if 'method' in message:
            self.events.append(message)
        return message

    def call(self, method, **params):
        self.count += 1
        command = {'id': self.count, 'method': method, 'params': params}
        if self.session:
            command['sessionId'] = self.session
        os.write(self.write, json.dumps(command).encode() + b'\0')
        until = time.monotonic() + 90
        while True:
            message = self.next_message(until)
            if message is None:
                raise RuntimeError('no answer to ' + method)
            if message.get('id') == self.count:
                if 'error' in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message['result']

    def open(self, url, width=1024, height=800, scripts=True):
        self.call('Emulation.setScriptExecutionDisabled', value=not scripts)
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call('Page.navigate', url='about:blank')
        self.settle('Page.loadEventFired')
        self.call('Page.navigate', url=url)
        self.settle('Page.loadEventFired')

    def settle(self, event):
        """Waits for an event of now on."""
        until, seen = time.monotonic() + 90, len(self.events)
        while not any(e['method'] == event for e in self.events[seen:]):
            if self.next_message(until) is None:
                raise RuntimeError('no ' + event)

    def run(self, expression):
        """The value of an expression in the page."""
        answer = self.call('Runtime.evaluate', expression=expression, returnByValue=True, awaitPromise=True)
        if 'exceptionDetails' in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer['result'].get('value')

    def wait(self, expression, seconds=30):
        """Until an expression is true; whether it was."""
        until = time.monotonic() + seconds
        while not self.run(expression):
            if time.monotonic() > until:
                return False
            time.sleep(.05)
        return True

    def key(self, name, text=None):
        codes = {'Tab': 9, 'Enter': 13, 'ArrowDown': 40, 'ArrowRight': 39, ' ': 32}
        more = {'text': text} if text else {}
        code = codes.get(name, ord(name[0].upper()))
        self.call('Input.dispatchKeyEvent', type='keyDown', key=name, windowsVirtualKeyCode=code, **more)
        self.call('Input.dispatchKeyEvent', type='keyUp', key=name, windowsVirtualKeyCode=code)

    def type(self, text):
        for c in text:
            self.key(c, c)

    def picture(self, path, most=6000):
        size = self.call('Page.getLayoutMetrics')['cssContentSize']
        clip = {'x': 0, 'y': 0, 'width': size['width'], 'height': min(size['height'], most), 'scale': 1}
        data = self.call('Page.captureScreenshot', format='png', clip=clip, captureBeyondViewport=True)['data']
        with open(path, 'wb') as f:
            f.write(base64.b64decode(data))

    def pdf(self):
        return base64.b64decode(self.call('Page.printToPDF')['data'])

    def messages(self):
        out = []
        for e in self.events:
            p = e.get('params', {})
            if e['method'] == 'Log.entryAdded':
                out.append(p['entry']['text'])
            elif e['method'] == 'Runtime.consoleAPICalled':
                out.append(' '.join(str(a.get('value', a.get('description'))) for a in p['args']))
            elif e['method'] == 'Runtime.exceptionThrown':
                out.append(str(p['exceptionDetails'].get('exception', {}).get('description', 'exception')))
        with open(self.log, errors='replace') as f:
            out += [line.strip() for line in f if 'CONSOLE' in line]
        return out

    def requests(self):
        return [e['params']['request']['url'] for e in self.events if e['method'] == 'Network.requestWillBeSent']

    def end(self):
        os.close(self.write)  # Chromium ends with its pipe
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.read)
