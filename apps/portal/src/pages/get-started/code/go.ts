import type { CodeFile, CodeFor } from './code-for.ts'
import { goMap, text } from './literals.ts'

export function goCode({ apiUrl, action, custom }: CodeFor): CodeFile {
  return {
    title: 'main.go – needs nothing but Go 1.24 or later: go run main.go',
    code: `package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
)

const api = ${text(apiUrl)}

type object = map[string]any

var waiting sync.Map // what users are about to do; yours is in your database

func call(path string, body object) (object, error) {
	sent, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest("POST", api+path, bytes.NewReader(sent))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(os.Getenv("SALLYPORT_API_SECRET_KEY"), "")
	request.Header.Set("content-type", "application/json")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	var answer object
	if err := json.NewDecoder(reply.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if reply.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%d: %v", reply.StatusCode, answer["errorDescription"])
	}
	return answer, nil
}

// A user whom you have signed in adds a passkey.
func enrol(userID string, seen, sent object) (object, error) {
	seen["scope"] = "add:authenticators"
	return call("/users/"+url.PathEscape(userID)+"/actions/enroll-passkey", seen)
}

// Ask before you act.
func ask(userID string, seen, sent object) (object, error) {
	order := object{"idempotencyKey": rand.Text(), "custom": ${goMap(custom)}}
	waiting.Store(userID, order)
	for name, value := range order {
		seen[name] = value
	}
	asked, err := call("/users/"+url.PathEscape(userID)+"/actions/"+${text(action)}, seen)
	if err == nil && asked["warnings"] != nil {
		log.Println(asked["warnings"])
	}
	// ALLOW: act now. CHALLENGE_REQUIRED: the browser answers with the token. Everything else: stop.
	return asked, err
}

// The browser has answered: is it an approval of this very order?
func approve(userID string, seen, sent object) (object, error) {
	body := object{"token": sent["token"], "userId": userID, "action": ${text(action)}}
	if order, found := waiting.Load(userID); found {
		for name, value := range order.(object) {
			body[name] = value
		}
	}
	// approval["isValid"]: act now.
	return call("/validate", body)
}

func handle(step func(string, object, object) (object, error)) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		host, _, _ := net.SplitHostPort(request.RemoteAddr) // behind a proxy: what that says of its client
		seen := object{"ipAddress": host, "userAgent": request.UserAgent()}
		if device, err := request.Cookie("__sp_did"); err == nil {
			seen["deviceId"] = device.Value
		}
		sent := object{}
		_ = json.NewDecoder(request.Body).Decode(&sent)
		answer, err := step("ada", seen, sent) // the user of your own session
		if err != nil {
			log.Println(err)
			http.Error(response, "failed", http.StatusInternalServerError)
			return
		}
		response.Header().Set("content-type", "application/json")
		_ = json.NewEncoder(response).Encode(answer)
	}
}

func main() {
	http.HandleFunc("POST /sallyport/enrol", handle(enrol))
	http.HandleFunc("POST /sallyport/ask", handle(ask))
	http.HandleFunc("POST /sallyport/approve", handle(approve))
	port := os.Getenv("PORT")
	if port == "" {
		port = "3001"
	}
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
`,
  }
}
