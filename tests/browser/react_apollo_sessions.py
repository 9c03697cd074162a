"""What the test does with the app's sessions: tabs that share one, tokens that end, a server that cannot be reached."""

from driver import wait
from react_apollo_page import ACCOUNT, step


def share_a_session(app):
    """Two tabs that load at the same time share one refresh token, which the server takes once."""
    first = app.browser.tabs()[0]
    app.events()
    second = app.browser.new_tab()
    app.browser.switch(second)
    app.browser.open(app.url)
    wait("the app in another tab", lambda: app.sees(".app"))
    for round in range(3):
        for tab in (first, second):
            app.browser.switch(tab)
            # Both begin at once: the call that reloads does not wait for the page.
            app.browser.run("window.isOld = true; setTimeout(() => location.reload(), 0)")
        for tab in (first, second):
            app.browser.switch(tab)
            fresh = "return !window.isOld && Boolean(document.querySelector('.app'))"
            wait(f"the app in round {round}", lambda: app.browser.run(fresh))
    step("two tabs that load at once exchange the token one after the other")



def exchanges(app):
    """How many refresh tokens were exchanged so far; none of them twice."""
    tokens = [variables["input"]["refreshToken"] for variables in app.operations("RefreshSession")]
    assert len(tokens) == len(set(tokens)), "a refresh token was used twice"
    return len(tokens)


def replace_tokens(app):
    before = exchanges(app)
    # By this clock the token has ended long ago.
    app.browser.run("const now = Date.now; Date.now = () => now() + 3_600_000; location.hash = '#/conversations/conv_0'")
    wait("a refusal in words", lambda: app.says("not here any more", ".chat [role=alert]"))
    assert exchanges(app) == before + 1
    step("a token that is about to end is exchanged, once")

    # What the server is sent first has a token that it does not take; it cannot be told from one that has ended.
    app.browser.run(
        "const real = fetch; window.fetch = (url, init) => { window.fetch = real;"
        " return real(url, { ...init, headers: { ...init.headers, authorization: 'Bearer ended' } }); };"
        "location.hash = '#/conversations/conv_1'"
    )
    wait("the second exchange", lambda: exchanges(app) == before + 2)
    wait("a refusal in words", lambda: app.says("not here any more", ".chat [role=alert]"))
    step("a request whose token is refused gets another and is sent again")

    app.browser.run("location.hash = '#/'")
    wait("a new conversation", lambda: app.says("Ask your documents"))
    subscribed = len(app.subscribed("ConversationEvents"))
    app.browser.run(
        "const real = WebSocket.prototype.send; WebSocket.prototype.send = function (data) {"
        " if (!data.includes('connection_init')) return real.call(this, data);"
        " WebSocket.prototype.send = real; real.call(this, data.replace(/Bearer [^\"]+/, 'Bearer ended')); }"
    )
    app.button("Notice and repairs")
    wait("the third exchange", lambda: exchanges(app) == before + 3)
    wait("the subscription", lambda: len(app.subscribed("ConversationEvents")) == subscribed + 1)
    wait("the connection back", lambda: not app.says("connection is lost", ".connection"))
    step("a socket whose token is refused comes back with another")


def sign_out_and_in(app):
    first, second = app.browser.tabs()
    app.button("Sign out")
    wait("the sign-in form", lambda: app.sees("input[name=identifier]"))
    assert app.browser.run("return localStorage.length") == 0
    app.browser.switch(first)
    wait("the sign-in form in the other tab", lambda: app.sees("input[name=identifier]"))
    app.fill(identifier=ACCOUNT["email"], password=ACCOUNT["password"])
    app.button("Sign in")
    wait("the answer of before", lambda: app.status() == "STOPPED")
    assert app.texts(".conversations li") == ["Notice and repairs"]
    step("signing out holds for all tabs, and signing in finds everything again")


def lose_the_server(app, network):
    network.cut()
    app.browser.reload()
    wait("word of it", lambda: app.says("cannot be reached", "[role=alert]"))
    network.mend()
    app.button("Try again")
    wait("the app", lambda: app.sees(".app"))
    app.browser.run("localStorage.setItem('elenchus.refreshToken', 'elr_not-mine')")
    app.browser.reload()
    wait("the sign-in form", lambda: app.says("session has ended", "[role=status]"))
    assert app.browser.run("return localStorage.length") == 0
    step("an unreachable server ends no session, and a refused token does")
