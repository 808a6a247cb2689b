/* SPDX-License-Identifier: LGPL-2.1-or-later */

import java.io.File;
import java.net.URL;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyStoreBuilderParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * SignTest CONFIGURATION PIN TRUST.p12 STEP...: one program that uses the card.
 * A step is an algorithm, "threads" (16 signatures in 4 threads) or a port of a
 * web server that wants a client certificate.  Each prints one line.
 */
public class SignTest {
	static Provider provider;
	static PrivateKey key;
	static PublicKey pub;

	static Signature init(String algorithm) throws Exception {
		Signature s = Signature.getInstance(algorithm);

		s.initSign(key);
		return pss(s, algorithm);
	}

	static Signature pss(Signature s, String algorithm) throws Exception {
		if (algorithm.equals("RSASSA-PSS"))
			s.setParameter(new PSSParameterSpec("SHA-256", "MGF1",
			    MGF1ParameterSpec.SHA256, 32, 1));
		return s;
	}

	static boolean good(String algorithm, byte[] data) throws Exception {
		Signature s = init(algorithm), v;

		s.update(data);
		byte[] sig = s.sign();
		if (!s.getProvider().getName().startsWith("SunPKCS11"))
			return false;
		v = pss(Signature.getInstance(algorithm,
		    algorithm.endsWith("ECDSA") ? "SunEC" :
		    algorithm.equals("NONEwithRSA") ? "SunJCE" : "SunRsaSign"),
		    algorithm);
		v.initVerify(pub);
		v.update(data);
		return v.verify(sig);
	}

	static String threads() throws Exception {
		ExecutorService pool = Executors.newFixedThreadPool(4);
		List<Future<Boolean>> all = new ArrayList<>();
		String algorithm = pub.getAlgorithm().equals("EC")
		    ? "SHA384withECDSA" : "SHA256withRSA";
		int n = 0;

		for (int i = 0; i < 16; i++) {
			byte[] data = new byte[32 + i];
			all.add(pool.submit(() -> good(algorithm, data)));
		}
		for (Future<Boolean> one : all)
			try {
				n += one.get() ? 1 : 0;
			} catch (Exception e) {
				System.err.println(e);
			}
		pool.shutdown();
		return n + "/16";
	}

	static String visit(SSLContext tls, String port) throws Exception {
		HttpsURLConnection c = (HttpsURLConnection)
		    new URL("https://localhost:" + port + "/").openConnection();

		c.setSSLSocketFactory(tls.getSocketFactory());
		String page = new String(c.getInputStream().readAllBytes());
		return page.replaceAll("\\s+", " ");
	}

	static SSLContext context(KeyStore trust, char[] pin) throws Exception {
		TrustManagerFactory t = TrustManagerFactory.getInstance("PKIX");
		KeyManagerFactory k = KeyManagerFactory.getInstance("NewSunX509");
		SSLContext tls = SSLContext.getInstance("TLS");

		t.init(trust);
		k.init(new KeyStoreBuilderParameters(
		    KeyStore.Builder.newInstance("PKCS11", provider,
		    new KeyStore.PasswordProtection(pin))));
		tls.init(k.getKeyManagers(), t.getTrustManagers(), null);
		return tls;
	}

	static String step(String what, String trust, char[] pin)
	    throws Exception {
		if (what.equals("threads"))
			return threads();
		if (!what.matches("[0-9]+"))
			return good(what, new byte[20]) ? "good" : "bad";
		return visit(context(KeyStore.getInstance(new File(trust),
		    "changeit".toCharArray()), pin), what);
	}

	public static void main(String[] a) throws Exception {
		char[] pin = a[1].toCharArray();

		provider = Security.getProvider("SunPKCS11").configure(a[0]);
		Security.addProvider(provider);
		KeyStore ks = KeyStore.getInstance("PKCS11", provider);
		ks.load(null, pin);
		String alias = null;
		for (String s : Collections.list(ks.aliases()))
			if (ks.isKeyEntry(s))
				alias = s;
		key = (PrivateKey) ks.getKey(alias, null);
		pub = ks.getCertificate(alias).getPublicKey();
		for (int i = 3; i < a.length; i++)
			try {
				System.out.println(a[i] + " "
				    + step(a[i], a[2], pin));
			} catch (Exception e) {
				System.out.println(a[i] + " failed: " + e);
			}
	}
}
